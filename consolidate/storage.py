"""Folders and files by path or by any fsspec URL: one way to name them, and to tell what went wrong.

A path stays a `pathlib.Path`, and file:// is one; fsspec is imported for other URLs only. A `Remote` has as
much of pathlib as the office's own files need. Keys, endpoints and the like are taken from where each file
system looks for them (environment, its own files), never from us.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from consolidate.errors import SourceError

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

_URL = re.compile(r"([A-Za-z][\w+.-]+)://")
_LOCAL = ("file", "local")
_USER = re.compile(r"(?<=://)[^/@]*@")
_READ_BY = {"s3": "s3fs", "s3a": "s3fs"}  # scheme → the library that fsspec needs


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder that is not on this machine: `inner` is its path below the URL that was given."""

    url: str
    inner: str = ""

    def __str__(self) -> str:
        """What people may see: no user and no password."""
        whole = f"{self.url.rstrip('/')}/{self.inner}" if self.inner else self.url
        return _USER.sub("", whole)

    def __truediv__(self, other: str) -> Remote:
        """A path below, or with .. beside."""
        return Remote(self.url, posixpath.normpath(posixpath.join(self.inner, other)))

    @property
    def name(self) -> str:
        """The last piece of the path."""
        return posixpath.basename(str(self).rstrip("/"))

    @property
    def parent(self) -> Remote:
        """The folder around it."""
        if self.inner:
            return Remote(self.url, posixpath.dirname(self.inner))
        return Remote(posixpath.dirname(self.url.rstrip("/")))

    @property
    def key(self) -> str:
        """How its file system calls it."""
        root = file_system(self.url)[1]
        return posixpath.normpath(posixpath.join(root, self.inner)) if self.inner else root

    def exists(self) -> bool:
        """Whether there is such a file or folder."""
        return self._kind() != ""

    def is_file(self) -> bool:
        """Whether there is such a file."""
        return self._kind() == "file"

    def is_dir(self) -> bool:
        """Whether there is such a folder."""
        return self._kind() == "directory"

    def read_bytes(self) -> bytes:
        """The whole file."""
        with reaching(self.url):
            return bytes(file_system(self.url)[0].cat_file(self.key))

    def read_text(self, encoding: str) -> str:
        """The whole file as text."""
        return self.read_bytes().decode(encoding)

    def _kind(self) -> str:
        """What stands there: file, directory, or '' for nothing."""
        try:
            with reaching(self.url):
                return str(file_system(self.url)[0].info(self.key)["type"])
        except FileNotFoundError:
            return ""


Location: TypeAlias = Path | Remote


def location(text: str) -> Location:
    """The file or folder of a path or URL."""
    found = _URL.match(text)
    if found is None:
        return Path(text)
    if found[1].lower() not in _LOCAL:
        return Remote(text)
    from urllib.request import url2pathname  # it imports a client of HTTP, which few runs need

    path = text[found.end() :].removeprefix("localhost")
    return Path(path) if Path(path).exists() else Path(url2pathname(path))


def beside(file: Location, text: str) -> Location:
    """The file or folder of a path or URL that another file's text names, relative to that file."""
    named = location(text)
    if isinstance(named, Remote) or named.is_absolute():
        return named
    return file.parent / text


def file_system(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a URL, and what it calls the place; fsspec keeps one per process."""
    with _importing(url):
        fs, key = _fsspec().url_to_fs(url)
        return fs, str(key)


def ready(url: str) -> None:
    """Import what reads these URLs, once for all workers that are forked from this process."""
    with _importing(url):
        _fsspec().get_filesystem_class(_scheme(url))


def _fsspec() -> Any:
    import fsspec.core  # only for those who keep files elsewhere

    return fsspec.core


def _scheme(url: str) -> str:
    return url.partition("://")[0].rpartition(":")[2]


@contextlib.contextmanager
def _importing(url: str) -> Iterator[None]:
    """A file system that is not installed, or that nobody knows, as the operator's sentence."""
    try:
        yield
    except ImportError as error:
        library = _READ_BY.get(_scheme(url))
        how = f"请运行 pip install {library} 后再试" if library else str(error)
        raise SourceError(f"读{_scheme(url)}://要另装程序库：{how}") from error
    except ValueError as error:
        raise SourceError(f"不认识{Remote(url)}这种网址，请检查写法，如s3://存储桶/文件夹") from error


@contextlib.contextmanager
def reaching(url: str) -> Iterator[None]:
    """Turn whatever a file system says about the way to it into a SourceError; what is not there stays so."""
    try:
        yield
    except (FileNotFoundError, SourceError):
        raise
    except Exception as error:  # each of them has errors of its own
        place = str(Remote(url))
        if isinstance(error, PermissionError) or "Credentials" in type(error).__name__:
            raise SourceError(
                f"{place}不让读（{_words(error)}）：请检查访问密钥和权限是否已在环境变量或配置文件中设好"
            ) from error
        raise SourceError(
            f"{place}连接不上或中途断开（{_words(error)}）：请检查网址、网络和服务，再运行一次"
        ) from error


def _words(error: Exception) -> str:
    """The kind of an error and the beginning of what it says, on one line."""
    said: Any = " ".join(str(error).split())
    return f"{type(error).__name__}{': ' + _USER.sub('', said)[:160] if said else ''}"
