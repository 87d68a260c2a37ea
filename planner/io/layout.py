"""Finding the table in a worksheet: header, merged cells, total and note rows (catalogue 2.13)."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.io.archive import CellValue, Grid
from planner.io.columns import Column, Sheet
from planner.io.issues import IssueLog

HEADER_SEARCH_ROWS = 20
MOST_LONELY_NEEDS = 2
"""A sheet with so few required columns may have rows of a single cell."""

_TOTAL = re.compile(r"(本页|本表|累计)?(合计|总计|小计|共计)(\([^()]*\))?[:：]?\d*")
_NOTE = re.compile(
    r"[※*★]|(注|附注|说明|备注|填表说明|填报说明)\d*[:：.、]|"
    r"(填表人|制表人|填报人|审核人|填表日期|填报日期|制表日期|填报单位|联系人)[:：]"
)
_SHEET_NAME = re.compile(r"(?P<base>[^(\-_\d]+?)\d*(?:[(\-_](?P<part>[^()]*)\)?)?")


@dataclass
class RawTable:
    """The cells of one worksheet by field, before any of them is read.

    ``rows`` are (row number, cells); ``letters`` gives the column letter of a field.
    """

    sheet: Sheet
    title: str
    letters: dict[str, str]
    rows: list[tuple[int, dict[str, CellValue]]] = field(default_factory=list)


def plain(text: str) -> str:
    """A heading or sheet name in the form in which names are compared: half-width, no spaces."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*]", "", folded)


def sheet_of(title: str, sheets: Sequence[Sheet]) -> tuple[Sheet, str] | None:
    """The one of ``sheets`` that a worksheet name means, and the part in brackets.

    ``驻点对象（市应急局）`` is the sheet 驻点对象, part 市应急局. None for other names.
    """
    known = {plain(name): sheet for sheet in sheets for name in (sheet.title, *sheet.aliases)}
    name = plain(title)
    if name in known:
        return known[name], ""
    match = _SHEET_NAME.fullmatch(name)
    if match and match["base"] in known:
        return known[match["base"]], match["part"] or ""
    return None


def find_table(grid: Grid, sheet: Sheet, part: str, log: IssueLog) -> RawTable | None:
    """The table of a worksheet, or None when it is empty or has no header (reported)."""
    if not grid.rows:
        return None
    rows = _with_merged_values(grid)
    header = _find_header(rows, grid, sheet)
    if header is None:
        log.error(
            grid.title, "A1", f"找不到“{sheet.title}”的表头",
            "表头应有这些列：" + "、".join(c.heading for c in sheet.columns if c.required),
        )  # fmt: skip
        return None
    letters = _map_columns(header, sheet, grid.title, log)
    skipped = sum(number < header.first_row for number, _ in grid.rows)
    if skipped:
        log.change(grid.title, "", f"表头在第 {header.first_row} 行，其上 {skipped} 行按标题略过")
    table = RawTable(sheet, grid.title, {name: _letter(at) for name, at in letters.items()})
    own_rows = {number: values for number, values in grid.rows if number > header.last_row}
    for number, values in own_rows.items():
        if not (
            _is_remark(number, values, grid.title, log)
            or _is_header_again(number, values, sheet, grid.title, log)
            or _is_lonely(number, values, sheet, grid.title, log)
        ):
            merged = rows[number]
            cells = {name: merged[at] if at < len(merged) else None for name, at in letters.items()}
            table.rows.append((number, cells))
    _report_fills(grid, table, letters, log)
    _report_hidden(grid, own_rows, log)
    if grid.unread_from:
        log.error(
            grid.title, f"A{grid.unread_from + 1}",
            f"第 {grid.unread_from} 行以下隔了很多空行，再往下还有内容，没有读入",
            "请删去中间的空行，或删去下面不要的内容",
        )  # fmt: skip
    _require_columns(table, sheet, part, header, log)
    return table


def filled_rows(table: RawTable, fields: Collection[str]) -> list[tuple[int, dict[str, CellValue]]]:
    """The rows of a form with anything in one of some fields: printed forms have lines with nothing
    but a number."""
    return [
        (number, cells)
        for number, cells in table.rows
        if any(cells.get(name) not in {None, ""} for name in fields)
    ]


# -- header -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Header:
    first_row: int
    last_row: int
    labels: tuple[tuple[str, ...], ...]
    """For every column the names it may have, the best first."""


def _find_header(
    rows: Mapping[int, Sequence[CellValue]], grid: Grid, sheet: Sheet
) -> _Header | None:
    known = known_headings(sheet)
    best: tuple[tuple[int, bool], _Header] | None = None
    for number in list(rows)[:HEADER_SEARCH_ROWS]:
        for header in _headers_at(number, rows, grid):
            hits = sum(any(label in known for label in labels) for labels in header.labels)
            # A title above the headings is not a group heading.
            score = hits, header.first_row == header.last_row
            if hits and (best is None or score > best[0]):
                best = score, header
    return best[1] if best else None


def _headers_at(
    number: int, rows: Mapping[int, Sequence[CellValue]], grid: Grid
) -> Iterator[_Header]:
    upper = [_label(value) for value in rows[number]]
    yield _Header(number, number, tuple((label,) for label in upper))
    if number + 1 in rows:
        lower = [_label(value) for value in rows[number + 1]]
        width = max(len(upper), len(lower))
        upper += [""] * (width - len(upper))
        lower += [""] * (width - len(lower))
        groups = _spread(number, upper, grid)
        yield _Header(number, number + 1, tuple(map(_names_of, groups, lower)))


def _spread(number: int, upper: list[str], grid: Grid) -> list[str]:
    """Group headings over all the columns that they span."""
    spread = list(upper)
    for top, left, bottom, right in grid.merges:
        if top <= number <= bottom:
            for at in range(left - 1, min(right, len(spread))):
                spread[at] = spread[left - 1]
    return spread


def _names_of(upper: str, lower: str) -> tuple[str, ...]:
    if not lower or lower == upper:
        return (upper,)
    return (upper + lower, lower)


def _label(value: CellValue) -> str:
    return plain(value) if isinstance(value, str) else ""


def known_headings(sheet: Sheet) -> dict[str, Column]:
    known = {plain(name): column for column in sheet.columns for name in column.aliases}
    known |= {plain(column.heading): column for column in sheet.columns}
    return known


def _map_columns(header: _Header, sheet: Sheet, title: str, log: IssueLog) -> dict[str, int]:
    """Field to column index: exact headings first, then aliases; the rest is reported."""
    known = known_headings(sheet)
    cell = f"{{}}{header.last_row}"
    found: dict[str, int] = {}
    matches = [next((label for label in labels if label in known), "") for labels in header.labels]
    for exact in (True, False):
        for at, label in enumerate(matches):
            if not label or (plain(known[label].heading) == label) is not exact:
                continue
            column = known[label]
            if column.field not in found:
                found[column.field] = at
                if not exact:
                    message = f"列“{label}”按“{column.heading}”读入"
                    log.change(title, cell.format(_letter(at)), message)
            elif exact:
                log.error(title, cell.format(_letter(at)), f"列“{label}”出现了两次", "请只保留一列")
    used = set(found.values())
    for at, labels in enumerate(header.labels):
        repeated = matches[at] and plain(known[matches[at]].heading) == matches[at]
        if labels[0] and at not in used and not repeated:
            log.warning(
                title, cell.format(_letter(at)), f"不认识列“{labels[0]}”，未读入",
                "如果它是约定中的列，请改用模板的列名",
            )  # fmt: skip
    return found


def _require_columns(
    table: RawTable, sheet: Sheet, part: str, header: _Header, log: IssueLog
) -> None:
    for column in sheet.columns:
        stands_in = column.fallback in table.letters
        if not column.required or column.field in table.letters or stands_in:
            continue
        if part and column.refers_to == "部门单位":
            table.letters[column.field] = ""
            for _, cells in table.rows:
                cells[column.field] = part
            log.change(table.title, "", f"没有“{column.heading}”列，按表名填入“{part}”")
            continue
        log.error(
            table.title, f"A{header.last_row}", f"缺少必填列“{column.heading}”",
            f"请在表头加上这一列（{column.note}）",
        )  # fmt: skip


# -- rows ---------------------------------------------------------------------------------------


def _with_merged_values(grid: Grid) -> dict[int, list[CellValue]]:
    """Rows with every vertically merged cell filled down; blank rows stay away."""
    rows = {number: list(values) for number, values in grid.rows}
    numbers = sorted(rows)
    filled_to: dict[int, int] = {}
    for top, left, bottom, _ in sorted(grid.merges):
        value = _at(rows.get(top, ()), left - 1)
        if value is None or bottom == top or top <= filled_to.get(left, 0):
            continue
        filled_to[left] = bottom  # ranges that overlap are no ranges, only work
        for number in numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]:
            values = rows[number]
            values.extend([None] * (left - len(values)))
            values[left - 1] = value
    return rows


def _report_fills(grid: Grid, table: RawTable, letters: Mapping[str, int], log: IssueLog) -> None:
    kept = sorted(number for number, _ in table.rows)
    used = set(letters.values())
    for top, left, bottom, _ in grid.merges:
        if left - 1 in used and bisect_right(kept, top) < bisect_right(kept, bottom):
            cells = f"{_letter(left - 1)}{top}:{_letter(left - 1)}{bottom}"
            log.change(grid.title, cells, "合并单元格已逐行填入同一值")


def _is_remark(number: int, values: Sequence[CellValue], title: str, log: IssueLog) -> bool:
    first = next((value for value in values if value is not None and value != ""), None)
    text = plain(first) if isinstance(first, str) else ""
    if _TOTAL.fullmatch(text):
        log.change(title, f"A{number}", f"第 {number} 行是“{text}”行，略过")
        return True
    if _NOTE.match(text):
        log.change(title, f"A{number}", f"第 {number} 行是注释，略过")
        return True
    return False


def _is_header_again(
    number: int, values: Sequence[CellValue], sheet: Sheet, title: str, log: IssueLog
) -> bool:
    """A header that was pasted again with the rows of another page."""
    known = known_headings(sheet)
    filled = [value for value in values if value not in {None, ""}]
    again = len(filled) > 1 and all(_label(value) in known for value in filled)
    if again:
        log.change(title, f"A{number}", f"第 {number} 行是重复的表头，略过")
    return again


def _is_lonely(
    number: int, values: Sequence[CellValue], sheet: Sheet, title: str, log: IssueLog
) -> bool:
    """A single filled cell where several are required: a remark, or a row that was forgotten."""
    filled = [at for at, value in enumerate(values) if value not in {None, ""}]
    needed = sum(column.must_be_filled for column in sheet.columns)
    lonely = len(filled) == 1 and needed > MOST_LONELY_NEEDS
    if lonely:
        log.warning(
            title, f"{_letter(filled[0])}{number}", f"第 {number} 行只填了一格，按注释略过",
            "若是数据，请补全这一行的必填列；若不是，请删去",
        )  # fmt: skip
    return lonely


def _report_hidden(grid: Grid, numbers: Iterable[int], log: IssueLog) -> None:
    hidden = sorted(set(grid.hidden_rows).intersection(numbers))
    if hidden:
        some = "、".join(str(number) for number in hidden[:10]) + ("等" if hidden[10:] else "")
        log.warning(
            grid.title, f"A{hidden[0]}", f"有 {len(hidden)} 个隐藏行（第 {some} 行），照常读入",
            "若不需要，请删除这些行",
        )  # fmt: skip


def _at(values: Sequence[CellValue], index: int) -> CellValue:
    return values[index] if index < len(values) else None


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(index + 1))
