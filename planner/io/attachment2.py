"""附件2 as departments send it: written by this program, edited by hand, or filled in by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.domain.tables import Department
from planner.io.archive import CellValue, FormulaCell, Grid
from planner.io.city import City
from planner.io.cleaning import CellError, is_blank, read_cell
from planner.io.columns import Column, Kind, Sheet, form_column
from planner.io.issues import IssueLog
from planner.io.layout import filled_rows, find_table, plain
from planner.io.rows import Record, check_keys, read_rows
from planner.monthly.work import Line, Quantities


def _count(heading: str, field: str) -> Column:
    return Column(
        heading, field, Kind.INTEGER, required=True, blank_allowed=True, minimum=0,
        note="整数，空 = 0",
    )  # fmt: skip


REWARD = "reward_yuan"
QUANTITIES = (
    _count("派出驻点监督人员市级（人次）", "people_city"),
    _count("派出驻点监督人员县级（人次）", "people_county"),
    _count("派驻企业单位市级（人次）", "sites_city"),
    _count("派驻企业单位县级（人次）", "sites_county"),
    _count("核查全员责任清单（人）", "duty_lists_checked"),
    _count("指导完善规章制度（条）", "rules_improved"),
    _count("督促召开“晨会”（次）", "morning_meetings"),
    _count("督促召开警示教育（场次）", "warning_lessons"),
    _count("督促召开应急演练（次）", "drills"),
    Column(
        "督促落实有奖举报（万元）", REWARD, Kind.NUMBER, required=True, blank_allowed=True,
        minimum=0, note="万元，两位小数，空 = 0",
    ),
    _count("现场监督危险作业（次）", "operations_attended"),
    _count("发现隐患（项）", "hazards"),
    _count("已整改（项）", "hazards_closed"),
    _count("其中发现重大事故隐患（项）", "major_hazards"),
    _count("其中重大事故隐患已整改（项）", "major_hazards_closed"),
)  # fmt: skip
"""The fifteen quantities under names of their own: of the four headings that the form repeats,
those of people and objects bear their group, and the second 已整改 says of what."""
SECTOR = Column("行业领域", "sector", required=True, note="行业领域的名称", example="危险化学品")
FORM = form_column("驻点监督形式", "form", required=True, note="定期驻点、蹲守驻点或流动驻点")
FORM_2 = Sheet(
    title="附件2", table="attachment2", model=None,
    columns=(Column("序号", "number"), SECTOR, FORM, *QUANTITIES),
    note="驻点监督工作情况统计表", key=("sector", "form"),
)  # fmt: skip
"""The columns of the form (catalogue FA2)."""
EACH_DEPARTMENT = Sheet(
    title="各部门数字", table="each_department", model=None,
    columns=(
        Column("月份", "month", Kind.PERIOD, required=True, note="累计到哪个月", example="2027-02"),
        Column("部门", "department", required=True, note="派出部门", example="市应急局"),
        SECTOR, FORM, *QUANTITIES,
    ),
    note="汇总的附件2中每个部门的数字", key=("month", "department", "sector", "form"),
)  # fmt: skip
"""What a merged table is made of: the next month's is compared with it."""
LIMITS = (
    ("hazards_closed", "hazards"),
    ("major_hazards", "hazards"),
    ("major_hazards_closed", "major_hazards"),
    ("major_hazards_closed", "hazards_closed"),
)
"""The first is a part of the second."""

_REPEATED, _MAJOR_CLOSED = plain("已整改（项）"), "其中重大事故隐患已整改（项）"
_TOTALS = frozenset({"合计", "总计", "共计"})


@dataclass(frozen=True)
class SentRow:
    """A row of the form, and the cells of its quantities."""

    line: Line
    cells: Mapping[str, str]


def read_attachment2(
    grid: Grid, city: City, department: Department, log: IssueLog
) -> tuple[SentRow, ...]:
    """The rows that a department has sent; what is wrong with them, and with their total, is in
    ``log`` with its cell (FA2)."""
    table = find_table(_told_apart(grid), FORM_2, "", log)
    if table is None:
        return ()
    table.rows = filled_rows(table, ("form", *(one.field for one in QUANTITIES)))
    records = read_rows(table, log)
    found = [row for one in records if (row := _sent(one, city, department, log))]
    check_keys(records, log)
    _check_total(grid, table.letters, records, log)
    if not found and not any(one.broken for one in records):
        log.warning(grid.title, "", "一行数字也没有", "若本月确有驻点，请填写后重报")
    return tuple(found)


def read_each_department(grid: Grid, city: City, log: IssueLog) -> tuple[tuple[str, SentRow], ...]:
    """The month and the row of every line of 各部门数字 in a merged workbook."""
    table = find_table(grid, EACH_DEPARTMENT, "", log)
    if table is None:
        return ()
    found = []
    records = read_rows(table, log)
    check_keys(records, log)
    for one in (one for one in records if not one.broken):
        unit = city.department(one.get("department"))
        if unit is None:
            one.fail(log, "department", f"不认识部门“{one.get('department')}”", "请核对部门名称")
        elif row := _sent(one, city, unit, log):
            found.append((str(one.get("month")), row))
    return tuple(found)


def _told_apart(grid: Grid) -> Grid:
    """The form has 已整改 twice: the second one, that of 重大事故隐患, gets a name of its own."""
    rows = []
    for number, values in grid.rows:
        same = [at for at, one in enumerate(values) if _plain(one) == _REPEATED]
        changed = list(values)
        for at in same[1:2]:
            changed[at] = _MAJOR_CLOSED
        rows.append((number, tuple(changed)))
    return replace(grid, rows=tuple(rows))


def _sent(record: Record, city: City, department: Department, log: IssueLog) -> SentRow | None:
    """A record as a row of the form; None where it is broken."""
    name, form = record.get("sector"), record.get("form")
    sector = city.sector(str(name), department) if name is not None else None
    if sector is not None:
        record.values["sector"] = sector.name  # one sector is one key, however it is called
    elif name is not None:
        own = "、".join(city.instance.sector_by_code[one].name for one in department.sectors)
        record.fail(
            log, "sector", f"{department.short_name}没有行业领域“{name}”",
            f"可填：{own}；另有的，请写进 --data 工作簿的“部门单位”和“行业领域”",
        )  # fmt: skip
    amounts = {one.field: record.get(one.field) or 0 for one in QUANTITIES}
    hundreds = round(amounts[REWARD] * 100)
    if abs(amounts[REWARD] * 100 - hundreds) > 1e-6:
        record.fail(log, REWARD, f"{amounts[REWARD]} 万元超过两位小数", "请填万元，留两位小数")
    amounts[REWARD] = hundreds * 100
    for part, whole in LIMITS:
        if not _unread(record, part, whole) and amounts[part] > amounts[whole]:
            names = FORM_2.by_field
            record.fail(
                log, part,
                f"“{names[part].heading}”{amounts[part]} 多于“{names[whole].heading}”"
                f"{amounts[whole]}",
                "请核对这两个数",
            )  # fmt: skip
    if record.broken or sector is None:
        return None
    line = Line(department.code, sector.code, form, Quantities(**amounts))
    return SentRow(line, {one.field: record.cell(one.field) for one in QUANTITIES})


def _unread(record: Record, *names: str) -> bool:
    """Whether one of some cells holds what could not be read; an empty cell has no value at all."""
    return any(name in record.values and record.get(name) is None for name in names)


def _check_total(
    grid: Grid, letters: Mapping[str, str], records: Sequence[Record], log: IssueLog
) -> None:
    """The total row is the sum of the rows. A formula in it is left to Excel: the total of the
    merged table does not come from it."""
    from openpyxl.utils import column_index_from_string

    totals = list(_total_rows(grid))
    if not totals:
        log.warning(grid.title, "", "没有“合计”行，合计未核对", "请按表样加上合计行")
    for number, values in totals:
        for column in (one for one in QUANTITIES if one.field in letters):
            if any(_unread(one, column.field) for one in records):
                continue
            at = column_index_from_string(letters[column.field]) - 1
            raw = values[at] if at < len(values) else None
            if isinstance(raw, FormulaCell):
                continue
            cell = f"{letters[column.field]}{number}"
            try:
                written = read_cell(column, raw).value or 0
            except CellError as error:
                log.error(grid.title, cell, f"“合计”{error.message}", error.remedy)
                continue
            wanted = sum(one.get(column.field) or 0 for one in records)
            if abs(written - wanted) > 1e-6:
                log.error(
                    grid.title, cell,
                    f"“{column.heading}”合计写 {written:g}，各行之和是 {wanted:g}",
                    "请核对各行，改正合计",
                )  # fmt: skip


def _total_rows(grid: Grid) -> Iterator[tuple[int, Sequence[CellValue]]]:
    for number, values in grid.rows:
        first = next((one for one in values if not is_blank(one)), None)
        if _plain(first) in _TOTALS:
            yield number, values


def _plain(value: CellValue) -> str:
    return plain(value) if isinstance(value, str) else ""
