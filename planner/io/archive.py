"""Opening an untrusted file as a workbook: bounded in time and memory, never a traceback."""

from __future__ import annotations

import codecs
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from planner.io.issues import UnreadableWorkbookError

MEGABYTE = 1 << 20
MAX_FILE_BYTES = 100 * MEGABYTE
MAX_UNPACKED_BYTES = 200 * MEGABYTE
MAX_RATIO = 400
RATIO_FREE_BYTES = 20 * MEGABYTE
"""Small files may compress as well as they like."""
MAX_STRINGS_BYTES = 60 * MEGABYTE
MAX_PART_BYTES = 20 * MEGABYTE
"""Styles, relations and the like are held in memory as a whole."""
MAX_ROW_BYTES = 8 * MEGABYTE
BLANK_RUN = 1000
"""After so many empty rows the sheet is taken to be over."""
MAX_CELLS = 3_000_000
MAX_COLUMNS = 200

_OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MERGE = re.compile(rb'mergeCell\b[^>]{0,200}?\bref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w{1,20}:)?row\b[^>]{0,500}?\bhidden="(?:1|true)"[^>]{0,500}>')
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_OVERLAP_BYTES = 1200
_VALUES = (b"<v>", b"<is>")

_SAVE_AS_XLSX = "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿(*.xlsx)”后再导入"
_NOT_A_WORKBOOK = "文件不是 xlsx 工作簿，或已损坏"
_HOSTILE = "文件里有外部实体或自定义实体，为安全起见不予读取"
# What openpyxl is known to raise on broken or hostile files.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, ParseError,
    KeyError, ValueError, TypeError, AttributeError,
    IndexError, OverflowError, EOFError, NotImplementedError, RuntimeError, RecursionError,
    AssertionError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class FormulaCell:
    """A cell that holds a formula; its result is not trusted."""

    text: str


_XML_SUFFIXES = (".xml", ".rels", ".vml")
_ROOT = re.compile(rb"<[A-Za-z_]")
_COMMENTS = re.compile(rb"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class ErrorCell:
    """A cell that shows an Excel error such as #REF!."""

    text: str


CellValue = Any
"""None, str, int, float, bool, datetime, time, timedelta, FormulaCell or ErrorCell."""


@dataclass(frozen=True)
class Grid:
    """One worksheet: rows with their numbers, blank ones left out; merged ranges; hidden rows.

    ``merges`` are (first row, first column, last row, last column), counted from 1. ``unread_from``
    is the row after which reading stopped although something follows far below; 0 otherwise.
    """

    title: str
    rows: tuple[tuple[int, tuple[CellValue, ...]], ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unread_from: int = 0


@dataclass(frozen=True)
class _Scan:
    """Merged ranges, hidden rows and the last row with a value, from the XML itself."""

    merges: tuple[tuple[int, int, int, int], ...]
    hidden_rows: tuple[int, ...]
    last_filled_row: int


class WorkbookFile:
    """An opened workbook; grids are read one by one."""

    def __init__(self, archive: zipfile.ZipFile, workbook: Any) -> None:
        self._archive = archive
        self._sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        self._properties = {one.name: one.value for one in workbook.custom_doc_props.props}
        self._cells_left = MAX_CELLS

    @property
    def titles(self) -> tuple[str, ...]:
        """The worksheets in their order."""
        return tuple(self._sheets)

    def document_property(self, name: str) -> str:
        """A custom property of the document, as a text; empty where it has none of that name."""
        return str(self._properties.get(name, ""))

    def grid(self, title: str) -> Grid:
        """Read one worksheet; UnreadableWorkbookError where it is broken or too large."""
        sheet = self._sheets[title]
        with _clear_errors():
            scan = self._scan(sheet)
            rows = tuple(self._rows(sheet))
            last = rows[-1][0] if rows else 0
            unread = last if scan.last_filled_row > last + BLANK_RUN else 0
            return Grid(title, rows, scan.merges, scan.hidden_rows, unread)

    def _rows(self, sheet: Any) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
        sheet.reset_dimensions()  # a wrong dimension would pad every row to its width
        blank_run = 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            values = tuple(_value(cell) for cell in islice(cells, MAX_COLUMNS))
            if all(_is_blank(value) for value in values):
                blank_run += 1
                if blank_run == BLANK_RUN:
                    return
                continue
            blank_run = 0
            self._cells_left -= len(values)
            if self._cells_left < 0:
                raise UnreadableWorkbookError(
                    f"工作簿的单元格超过 {MAX_CELLS} 个", "请按单位拆成几个工作簿"
                )
            yield number, values

    def _scan(self, sheet: Any) -> _Scan:
        """What openpyxl does not give while streaming."""
        from openpyxl.utils.cell import coordinate_to_tuple

        merges: dict[tuple[int, int, int, int], None] = {}
        hidden: set[int] = set()
        carried, since_row = b"", 0
        row, filled = 0, 0
        with self._archive.open(sheet._worksheet_path) as stream:
            while chunk := stream.read(MEGABYTE):
                since_row = 0 if b"row" in chunk else since_row + len(chunk)
                if since_row > MAX_ROW_BYTES:
                    raise UnreadableWorkbookError(
                        f"表“{sheet.title}”的内容异常，有过大的行", "请把数据粘贴到空白模板后再导入"
                    )
                text = carried + chunk
                for match in _MERGE.finditer(text):
                    first, last = (coordinate_to_tuple(one.decode()) for one in match.groups())
                    merges[(*first, *last)] = None
                for match in _HIDDEN_ROW.finditer(text):
                    number = _ROW_NUMBER.search(match[0])
                    if number:
                        hidden.add(int(number[1]))
                value = max(text.rfind(mark) for mark in _VALUES)
                row = _last_row(text, len(text) if value < 0 else value, row)
                filled = row if value >= 0 else filled
                row = _last_row(text, len(text), row)
                carried = text[-_OVERLAP_BYTES:]
        return _Scan(tuple(merges), tuple(sorted(hidden)), filled)


def _last_row(text: bytes, until: int, before: int) -> int:
    """The number of the row that is open at a place of the XML; ``before`` where none begins."""
    place = text.rfind(b"<row ", 0, until)
    found = _ROW_NUMBER.search(text, place, until) if place >= 0 else None
    return int(found[1]) if found else before


def _value(cell: Any) -> CellValue:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return FormulaCell(str(value))
    if cell.data_type == "e":
        return ErrorCell(str(value))
    return value


def _is_blank(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@contextmanager
def open_workbook(path: Path) -> Iterator[WorkbookFile]:
    """Open a file for reading; UnreadableWorkbookError says in Chinese why it cannot be used."""
    from openpyxl import load_workbook

    _refuse_other_files(path)
    with ExitStack() as stack:
        with _clear_errors():
            archive = stack.enter_context(zipfile.ZipFile(path))
            _refuse_bombs(archive)
            _refuse_other_packages(archive)
            _refuse_entities(archive)
            # As a stream: a path would be judged by its extension instead of its content.
            stream = stack.enter_context(path.open("rb"))
            workbook = load_workbook(stream, read_only=True, keep_links=False)
            stack.callback(workbook.close)
            opened = WorkbookFile(archive, workbook)
        yield opened


@contextmanager
def _clear_errors() -> Iterator[None]:
    from defusedxml import DefusedXmlException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unsupported extensions do not matter here
            yield
    except (DefusedXmlException, *_BROKEN) as error:
        causes = (error, error.__cause__, error.__context__)  # openpyxl wraps what it meets
        hostile = any(isinstance(one, DefusedXmlException) for one in causes)
        message = _HOSTILE if hostile else _NOT_A_WORKBOOK
        raise UnreadableWorkbookError(message, _SAVE_AS_XLSX) from error


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    """No part of a workbook declares a document type. defusedxml refuses entities too, but not
    where openpyxl reads with lxml because somebody else imported it so."""
    for member in archive.infolist():
        if member.filename.lower().endswith(_XML_SUFFIXES):
            with archive.open(member) as stream:
                start = stream.read(MEGABYTE)
            wide = start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} or b"\0" in start[:4]
            text = _COMMENTS.sub(b"", start.replace(b"\0", b"") if wide else start)
            root = _ROOT.search(text)
            if b"<!" in (text[: root.start()] if root else text):
                raise UnreadableWorkbookError(_HOSTILE, _SAVE_AS_XLSX)


def _refuse_other_files(path: Path) -> None:
    if not path.exists():
        raise UnreadableWorkbookError(f"找不到文件“{path.name}”", "请检查文件名和所在文件夹")
    if not path.is_file():
        raise UnreadableWorkbookError(f"“{path.name}”不是文件", "请给出一个 xlsx 文件")
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(8)
            packed = start == _OLE_HEADER and size_bytes <= MAX_FILE_BYTES
            encrypted = packed and _ENCRYPTED_STREAM in stream.read()
    except OSError as error:
        raise UnreadableWorkbookError(
            f"无法打开“{path.name}”", "请关闭正在使用它的程序，并检查读取权限"
        ) from error
    if not size_bytes:
        raise UnreadableWorkbookError("文件是空的（0 字节）", "请重新保存或重新复制")
    if size_bytes > MAX_FILE_BYTES:
        raise UnreadableWorkbookError(
            f"文件超过 {MAX_FILE_BYTES // MEGABYTE} MB", "请删去图片和空行，或按单位拆分"
        )
    if encrypted:
        raise UnreadableWorkbookError(
            "工作簿有打开密码，无法读取", "请在 Excel 或 WPS 中取消密码，另存为 xlsx 后再导入"
        )
    if start == _OLE_HEADER:
        raise UnreadableWorkbookError("这是旧格式（.xls 或 .et）的表格", _SAVE_AS_XLSX)
    if not zipfile.is_zipfile(path):
        raise UnreadableWorkbookError(_NOT_A_WORKBOOK, _SAVE_AS_XLSX)


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    suspicious = unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * max(1, packed)
    oversize = any(member.file_size > _limit_of(member.filename) for member in members)
    if unpacked > MAX_UNPACKED_BYTES or suspicious or oversize:
        raise UnreadableWorkbookError(
            f"解压后约 {unpacked // MEGABYTE} MB，过大或压缩比异常，不予读取",
            "多半是有大量带格式的空行：请删除数据下方的空行，或把数据粘贴到空白模板后再导入",
        )


def _limit_of(name: str) -> int:
    if name.startswith(("xl/worksheets/", "xl/media/")):
        return MAX_UNPACKED_BYTES
    return MAX_STRINGS_BYTES if name == "xl/sharedStrings.xml" else MAX_PART_BYTES


def _refuse_other_packages(archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise UnreadableWorkbookError("压缩包有密码，无法读取", "请取消密码，另存为 xlsx 后再导入")
    if "xl/workbook.bin" in names:
        raise UnreadableWorkbookError("这是二进制工作簿（.xlsb）", _SAVE_AS_XLSX)
    if "[content_types].xml" not in names:
        raise UnreadableWorkbookError(_NOT_A_WORKBOOK, _SAVE_AS_XLSX)
