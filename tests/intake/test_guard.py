"""Nothing reaches a reader that is not a whole, regular, sanely sized file of a known kind."""

import hashlib
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from consolidate.intake import guard
from consolidate.intake.content import Content
from consolidate.model import Received, Refusal
from tests.hostile import binary, books, ooxml, other
from tests.hostile.form import filled


def fetched(path: Path, data: bytes, member: str = "") -> Content | Refusal:
    path.write_bytes(data)
    return guard.fetch(Received(str(path), path.name, member=member))


def code(result: Content | Refusal) -> str:
    return result.code if isinstance(result, Refusal) else result.kind


def test_a_file_is_read_once_and_hashed(tmp_path: Path) -> None:
    data = ooxml.book(filled("甲镇"))
    content = fetched(tmp_path / "a.xlsx", data)
    assert isinstance(content, Content)
    assert (content.data, content.sha256) == (data, hashlib.sha256(data).hexdigest())
    assert (content.kind, content.modified) == ("xlsx", "2020-01-10T08:00:00Z")
    assert content.signs == frozenset()


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    assert guard.fetch(Received(str(tmp_path / "no.xlsx"), "no.xlsx")) == Refusal("F.vanished")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert guard.fetch(Received(str(tmp_path), "x")) == Refusal("F.special", {"kind": "文件夹"})


def test_a_name_that_no_system_can_open_is_refused() -> None:
    assert guard.fetch(Received("a\0b", "x")) == Refusal("F.no_access")


def test_a_file_that_grows_while_it_is_read_is_still_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\3\4" * 1000)
    read = os.read

    def growing(handle: int, size: int) -> bytes:
        with path.open("ab") as file:
            file.write(b"more")
        return read(handle, size)

    monkeypatch.setattr(os, "read", growing)
    assert guard.fetch(Received(str(path), "a.xlsx")) == Refusal("F.writing")


def test_a_file_that_is_replaced_between_check_and_use_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other_path = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(b"x" * 10)
    other_path.write_bytes(b"y" * 10)
    opened = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: opened(other_path, flags))
    assert guard.fetch(Received(str(path), "a.xlsx")) == Refusal("F.writing")


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(guard.MAX_FILE + 1)
    assert guard.fetch(Received(str(path), "a.xlsx")) == Refusal(
        "F.too_large", {"size": "128", "limit": "128"}
    )


def test_text_over_its_own_limit_is_refused() -> None:
    assert code(guard.examine(b"a,b\n" * (guard.MAX_TEXT // 4 + 1))) == "F.too_large"


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (ooxml.book, "xlsx"),
        (lambda grids: ooxml.book(grids, parts={"xl/vbaProject.bin": b"x"}), "xlsm"),
        (binary.xls, "xls"),
        (binary.xlsb, "xlsb"),
        (other.ods, "ods"),
        (other.word, "docx"),
        (other.html, "html"),
        (lambda grids: other.html(grids, "utf-16"), "html"),
        (lambda grids: other.delimited(grids, "utf-16", "\t"), "csv"),
    ],
)
def test_the_kind_is_told_from_the_content(make: Callable[[object], bytes], kind: str) -> None:
    assert code(guard.examine(make(filled("甲镇")), "whatever.doc")) == kind


def test_wps_tables_are_told_from_xls_by_their_name_only() -> None:
    assert code(guard.examine(binary.xls(filled("甲镇")), "a.ET")) == "et"


@pytest.mark.parametrize("parts", [2_000, 1_990])
def test_the_number_of_parts_is_limited(parts: int) -> None:
    data = ooxml.book(filled("甲镇"), parts={f"x/{number}": b"" for number in range(parts)})
    assert code(guard.examine(data)) == ("F.zip_entries" if parts == 2_000 else "xlsx")


@pytest.mark.parametrize(("size", "expected"), [(100 << 10, "xlsx"), (1 << 20, "F.zip_bomb")])
def test_the_ratio_only_counts_above_a_size(size: int, expected: str) -> None:
    data = ooxml.book(filled("甲镇"), parts={"x": b"\0" * size})
    assert code(guard.examine(data)) == expected


def test_an_honest_large_part_is_read_in_pieces() -> None:
    body = b"".join(struct.pack("<I", number * 2654435761 % 2**32) for number in range(3 << 20))
    assert code(guard.examine(ooxml.book(filled("甲镇"), parts={"xl/media/a.bin": body}))) == "xlsx"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_way_of_packing_is_not_called_damage(method: int) -> None:
    refusal = guard.examine(ooxml.packed(ooxml.parts(filled("甲镇"), ooxml.Options()), method))
    assert refusal == Refusal("F.zip_entries", {"reason": "用了少见的压缩方式"})


def test_what_a_package_is_comes_before_what_is_odd_in_it() -> None:
    plist = b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist/>'
    numbers = ooxml.packed({"Index/Document.iwa": b"x", "Metadata/BuildVersionHistory.plist": plist})
    assert guard.examine(numbers) == guard.wrong_kind("numbers")


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b"\0" * 100, b"junk"])
def test_a_workbook_behind_a_few_other_bytes_is_named_as_such(before: bytes) -> None:
    refusal = guard.examine(before + ooxml.book(filled("甲镇")))
    assert refusal == Refusal("F.damaged", {"reason": "开头多出了别的内容，下载时常有"})


def test_a_workbook_before_many_other_bytes_is_not_called_cut_off() -> None:
    refusal = guard.examine(ooxml.book(filled("甲镇")) + b"\0" * 200_000)
    assert refusal == Refusal("F.damaged", {"reason": "压缩目录读不出来"})


def test_names_that_only_differ_in_case_are_two_of_one_name() -> None:
    assert (
        code(guard.examine(ooxml.book(filled("甲镇"), parts={"XL/workbook.xml": b"<x/>"}))) == "F.zip_entries"
    )


@pytest.mark.parametrize("name", ["/etc/x", "..\\x", "a/../../x", "C:\\x"])
def test_parts_outside_of_the_package_are_refused(name: str) -> None:
    assert code(guard.examine(ooxml.packed({"[Content_Types].xml": b"", name: b""}))) == "F.zip_entries"


@pytest.mark.parametrize(
    "place", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "a.vml"]
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le"])
def test_a_doctype_is_refused_wherever_it_hides(place: str, codec: str) -> None:
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x/>'.encode(codec)
    assert guard.examine(ooxml.book(filled("甲镇"), parts={place: part})) == Refusal("F.doctype")


def test_a_doctype_in_an_encoding_of_its_own_is_refused() -> None:
    part = b'<?xml version="1.0" encoding="UTF-7"?>' + "<!DOCTYPE x>".encode("utf-7") + b"<x/>"
    assert guard.examine(ooxml.book(filled("甲镇"), parts={"xl/workbook.xml": part})) == Refusal("F.doctype")


def test_every_cut_of_a_book_is_refused() -> None:
    for data in (ooxml.book(filled("甲镇")), binary.xls(filled("甲镇"))):
        for end in range(0, len(data) - 600, 501):
            assert code(guard.examine(data[:end])).startswith("F."), end


@pytest.mark.parametrize(
    ("book", "sign"),
    [
        ("公式", "formulas"), ("未计算", "uncached"), ("未计算空值", "uncached"), ("错误值", "errors"),
        ("除零", "errors"), ("外部链接", "links"), ("隐藏行", "hidden rows"), ("溢出", "repair"),
        ("宽编码", "repair"),
    ],
)  # fmt: skip
def test_signs_are_seen_without_a_reader(book: str, sign: str) -> None:
    content = guard.examine(books.BOOKS[book]("甲镇"))
    assert isinstance(content, Content)
    assert sign in content.signs


def test_a_member_of_a_zip_is_fetched_by_its_name(tmp_path: Path) -> None:
    book = ooxml.book(filled("甲镇"))
    data = ooxml.packed({"乡镇/甲镇.xlsx": book, "空.xlsx": b""})
    content = fetched(tmp_path / "a.zip", data, "乡镇/甲镇.xlsx")
    assert isinstance(content, Content)
    assert content.sha256 == hashlib.sha256(book).hexdigest()
    assert fetched(tmp_path / "a.zip", data, "乙镇.xlsx") == Refusal("F.vanished")
    assert fetched(tmp_path / "a.zip", data, "空.xlsx") == Refusal("F.empty")


def test_a_zip_inside_a_zip_is_no_book(tmp_path: Path) -> None:
    inner = ooxml.packed({"a.xlsx": b"x"})
    assert code(fetched(tmp_path / "a.zip", ooxml.packed({"b": inner}), "b")) == "F.kind"


def test_an_xls_filled_to_its_last_cell_is_refused_naming_it() -> None:
    grids = filled("甲镇")
    grids[0].cells[65_535, 255] = 1.0
    sized = binary.biff(grids).replace(
        struct.pack("<HH", 0x0809, 16) + struct.pack("<HH", 0x0600, 0x10),
        struct.pack("<HHIIHHH", 0x0200, 14, 0, 65_536, 0, 256, 0)
        + struct.pack("<HH", 0x0809, 16)
        + struct.pack("<HH", 0x0600, 0x10),
    )
    assert guard.examine(binary.container({"Workbook": sized})) == Refusal("F.far_cell", {"cell": "IV65536"})
