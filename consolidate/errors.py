"""The mistakes of the person at the keyboard, and of whoever wrote a template.

    ConsolidateError          the root: one Chinese sentence, exit code 2
    ├── TemplateError         a file of schemas/ is wrong: file, place, what was expected
    ├── RosterError           a roster that was named cannot be used
    ├── SettingsError         consolidate.toml or an option is wrong
    ├── LedgerError           adjustments.xlsx or decisions.xlsx is wrong: file and row
    ├── SourceError           a folder or cluster elsewhere cannot be reached
    └── OutputError           the output folder cannot be written

Problems of the *data* are never exceptions: they are `Finding`s (see `model`).
"""

from __future__ import annotations

import errno

_REASONS = {
    errno.EACCES: "没有权限，或正被别的程序占用",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOENT: "没有这个路径",
    errno.ENAMETOOLONG: "名称或路径太长",
}


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


class ConsolidateError(Exception):
    """A mistake that the operator can mend; `str()` is the Chinese sentence shown."""


class TemplateError(ConsolidateError):
    """A template is wrong: the message names the file, the line or key, and what was expected."""


class RosterError(ConsolidateError):
    """A roster that was named is missing, unreadable or contradicts itself."""


class SettingsError(ConsolidateError):
    """consolidate.toml or an option has an unknown key or an impossible value."""


class LedgerError(ConsolidateError):
    """A register (adjustments, decisions) has a row that cannot be carried out."""


class SourceError(ConsolidateError):
    """Files on other storage, or the cluster that reads them, cannot be reached or used."""


class OutputError(ConsolidateError):
    """The output folder, or a file in it, cannot be written."""
