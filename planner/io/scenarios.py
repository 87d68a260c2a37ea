"""情景: scenarios from the sheet 情景 or from a TOML file with the same Chinese headings.

Every row is read with the cleaning of the workbook and tried on the instance, so that whatever does
not fit is told with its cell or line. A scenario with an error is left out; the others stay.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.terms import Form
from planner.edits import (
    AddRow,
    ChangeRows,
    CopyRow,
    Decide,
    Dismiss,
    Edit,
    EditError,
    Hire,
    RemoveRows,
    Scenario,
    SetParameter,
    rows_of,
)
from planner.io.archive import ErrorCell, FormulaCell
from planner.io.assemble import models_of
from planner.io.cleaning import CellError, half_width, is_blank, read_cell, show
from planner.io.columns import Column, Kind, Sheet, form_column, grade_column
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.layout import known_headings, plain, sheet_of
from planner.io.parameters import contradictions, parameter_name, parameter_value
from planner.io.reader import read_sheet
from planner.io.references import resolve_references
from planner.io.rows import Record
from planner.io.schema import ROUND_PARAMETERS, SHEETS
from planner.io.schema_basis import MATRIX, PARAMETERS
from planner.io.schema_people import INSPECTORS, STINTS
from planner.io.schema_scenarios import SCENARIOS, Operation
from planner.io.schema_sites import LIST_ITEMS, SITES

MOST_SCENARIOS = 500
TOML_TABLE = SCENARIOS.title
LINE = "__line__"
REGISTERS = ("部门单位", "行业领域", "驻点人员", "驻点对象")
DECISIONS = {
    "驻点等级": grade_column(note=""),
    "驻点形式": form_column("驻点形式", "form", note=""),
}
"""What 修改 of 驻点对象 may name beside the columns of that sheet."""

_TOML_WORDS = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|(?P<word>[\w-]+)"
)
_TOML_HEADS = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|(?P<head>^[ \t]*\[\[[^\n]*)', re.MULTILINE
)
_NEXT_PAIR = re.compile(r"[；;\n]\s*(?=[^=＝；;\n]*[=＝])")
_RANGE = re.compile(r"(\d{1,4})(?:至|~|～)(\d{1,4})")


@dataclass(frozen=True)
class ScenariosRead:
    """The scenarios that can be tried, the names of those that cannot, and every problem."""

    scenarios: tuple[Scenario, ...]
    refused: tuple[str, ...] = ()
    issues: tuple[InputIssue, ...] = ()


@dataclass(frozen=True)
class _Row:
    """One row as it was written, with the place of each of its cells."""

    values: Mapping[str, Any]
    sheet: str
    cells: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    broken: bool = False

    def get(self, name: str) -> Any:
        value = self.values.get(name)
        return None if is_blank(value) else value

    def place(self, name: str) -> str:
        return self.line or self.cells.get(name, "")


class _WrongRowError(Exception):
    """A row that cannot be used: the field at fault, what is wrong, the remedy."""

    def __init__(self, name: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.name, self.message, self.remedy = name, message, remedy


def read_scenarios(path: Path, instance: Instance) -> ScenariosRead:
    """The scenarios of a workbook or of a TOML file, tried on a rated instance."""
    log = IssueLog()
    rows = _toml_rows(path, log) if path.suffix.lower() == ".toml" else _sheet_rows(path, log)
    known = {column.field: column for column in SCENARIOS.columns}
    by_name: dict[str, list[_Row]] = {}
    for row in rows:
        name = row.get("name")
        if name is None or isinstance(name, (dict, list)):
            log.error(row.sheet, row.place("name"), f"没有写“{known['name'].heading}”",
                      "请给情景起一个名称，如 增加两人")  # fmt: skip
            continue
        by_name.setdefault(str(name).strip(), []).append(row)
    scenarios: list[Scenario] = []
    refused = []
    for name, own in by_name.items():
        before = len(log.issues)
        sound = [row for row in own if not row.broken]
        found = list(_scenarios(name, sound, instance, log))
        if len(sound) < len(own) or len(log.issues) > before:
            refused.append(name)
        elif len(scenarios) + len(found) > MOST_SCENARIOS:
            log.error(own[0].sheet, own[0].place("name"),
                      f"情景“{name}”使情景超过 {MOST_SCENARIOS} 个",
                      "请减少范围中的值，或分成几个文件")  # fmt: skip
            refused.append(name)
        else:
            scenarios += found
    if not by_name and not log.issues:
        log.error(path.name, "", "没有情景", "请在“情景”表或 TOML 文件中至少写一行")
    return ScenariosRead(tuple(scenarios), tuple(refused), tuple(log.issues))


# -- the two kinds of file ------------------------------------------------------------------------


def _sheet_rows(path: Path, log: IssueLog) -> list[_Row]:
    try:
        records = read_sheet(path, SCENARIOS, log)
    except UnreadableWorkbookError as error:
        log.error(path.name, "", error.message, error.remedy)
        return []
    fields = [column.field for column in SCENARIOS.columns]
    log.issues[:] = [issue for issue in log.issues if issue.severity is Severity.ERROR]
    return [
        _Row(
            {name: record.get(name) for name in fields if record.get(name) is not None},
            record.title,
            {name: record.cell(name) for name in fields},
            broken=record.broken,
        )
        for record in records
        if not (record.broken and record.get("name") is None)
    ]


def _toml_rows(path: Path, log: IssueLog) -> list[_Row]:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        quoted = _TOML_WORDS.sub(_quoted, text)
        tomllib.loads(quoted)
    except OSError as error:
        log.error(path.name, "", f"无法读取：{error.strerror}", "请检查文件名和权限")
        return []
    except UnicodeDecodeError:
        log.error(path.name, "", "文件不是 UTF-8 编码", "请在记事本中另存为 UTF-8")
        return []
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        place = f"第 {found[1]} 行" if found else "末尾"
        log.error(path.name, place, "不合 TOML 的写法",
                  '文字要加英文双引号，如 名称 = "增加两人"；每一行以 [[情景]] 开头')  # fmt: skip
        return []
    numbered = _TOML_HEADS.sub(_numbered(quoted), quoted)
    read = tomllib.loads(numbered)
    for key in read.keys() - {TOML_TABLE}:
        log.error(path.name, "", f"不认识“{key}”", f"每一行写在 [[{TOML_TABLE}]] 之下")
    tables = read.get(TOML_TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        log.error(path.name, "", f"“{TOML_TABLE}”应写作 [[{TOML_TABLE}]]", "用两层方括号")
        return []
    headings = known_headings(SCENARIOS)
    rows = []
    for table in tables:
        line = f"第 {table.pop(LINE)} 行" if LINE in table else ""
        unknown = [key for key in table if plain(key) not in headings]
        if unknown:
            own = "、".join(column.heading for column in SCENARIOS.columns)
            log.error(path.name, line, f"不认识“{'、'.join(unknown)}”", f"可写：{own}")
            continue
        values = {headings[plain(key)].field: value for key, value in table.items()}
        rows.append(_Row(values, path.name, line=line))
    return rows


def _quoted(match: re.Match[str]) -> str:
    """A Chinese key in the quotes that TOML wants."""
    word = match["word"]
    return f'"{word}"' if word and not word.isascii() else match[0]


def _numbered(text: str) -> Any:
    """Let every [[…]] tell its line: TOML forgets it."""

    def head(match: re.Match[str]) -> str:
        if not match["head"]:
            return match[0]
        return f"{match[0]}\n{LINE} = {text.count(chr(10), 0, match.start('head')) + 1}"

    return head


# -- a scenario with its ranges -------------------------------------------------------------------


@dataclass(frozen=True)
class _Choice:
    """One row with one value of each of its ranges; ``label`` tells which."""

    row: _Row
    operation: Operation
    sheet: Sheet
    which: Mapping[str, Any]
    content: Mapping[str, Any]
    count: int | None
    label: str


def _scenarios(
    name: str, rows: Sequence[_Row], instance: Instance, log: IssueLog
) -> Iterator[Scenario]:
    options: list[list[_Choice]] = []
    for row in rows:
        try:
            options.append(list(_choices(row)))
        except _WrongRowError as wrong:
            _tell(log, row, name, wrong)
    if len(options) < len(rows):
        return
    told: set[str] = set()
    for combination in product(*options):
        edits: list[Edit] = []
        trial = instance
        for choice in combination:
            try:
                for edit in _edits(choice, trial):
                    trial = edit.made(trial)
                    edits.append(edit)
                _check(choice, trial)
            except (_WrongRowError, EditError) as error:
                found = (
                    error
                    if isinstance(error, _WrongRowError)
                    else _WrongRowError("content", str(error))
                )
                if found.message not in told:
                    told.add(found.message)
                    _tell(log, choice.row, name, found)
        labels = "，".join(filter(None, (choice.label for choice in combination)))
        yield Scenario(
            name=f"{name}（{labels}）" if labels else name,
            edits=tuple(edits),
            text="；".join(_text(choice) for choice in combination),
        )


def _tell(log: IssueLog, row: _Row, name: str, wrong: _WrongRowError) -> None:
    remedy = wrong.remedy or f"请改正情景“{name}”的这一行"
    log.error(row.sheet, row.place(wrong.name), f"情景“{name}”：{wrong.message}", remedy)


def _text(choice: _Choice) -> str:
    def said(pairs: Mapping[str, Any]) -> str:
        return "，".join(f"{key}={_shown(v)}" if key else _shown(v) for key, v in pairs.items())

    parts = [f"{choice.operation}{choice.sheet.title}", said(choice.which)]
    parts += [f"{choice.count} 个"] if choice.count is not None else []
    return " ".join(filter(None, (*parts, said(choice.content))))


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else show(Column("", ""), value)


def _choices(row: _Row) -> Iterator[_Choice]:
    """The row with every combination of the values of its ranges."""
    operation = _term(row, "operation")
    title = row.get("table")
    found = sheet_of(str(title), SHEETS) if isinstance(title, str) else None
    if found is None or found[0] is STINTS:
        raise _WrongRowError("table", f"没有可改的表“{_shown(title) if title is not None else ''}”",
                     "可填：" + "、".join(SCENARIOS.by_field["table"].labels))  # fmt: skip
    sheet = found[0]
    which = _pairs(row, "which")
    if any(isinstance(value, list) for value in which.values()):
        raise _WrongRowError("which", "“选行”不能是几个值", "请分成几行")
    content = {
        key: _alternatives(sheet, key, value) for key, value in _pairs(row, "content").items()
    }
    counts = _counts(row)
    for values in product(*content.values()):
        for number in counts:
            given = dict(zip(content, values, strict=True))
            labels = [
                f"{key or '值'}={_shown(given[key])}" for key in content if len(content[key]) > 1
            ]
            labels += [f"数量={number}"] if len(counts) > 1 else []
            yield _Choice(row, operation, sheet, which, given, number, "，".join(labels))


def _term(row: _Row, name: str) -> Any:
    column = SCENARIOS.by_field[name]
    raw = row.get(name)
    if raw is None or isinstance(raw, (dict, list)):
        raise _WrongRowError(name, f"没有写“{column.heading}”", "可填：" + "、".join(column.labels))
    try:
        return read_cell(column, raw).value
    except CellError as error:
        raise _WrongRowError(name, f"“{column.heading}”{error.message}", error.remedy) from None


def _pairs(row: _Row, name: str) -> dict[str, Any]:
    """``列名=值`` by heading; a value without heading has the heading ''."""
    raw = row.get(name)
    if raw is None:
        return {}
    if isinstance(raw, dict):
        return {str(key): value for key, value in raw.items()}
    if not isinstance(raw, str) or not re.search("[=＝]", raw):
        return {"": raw}
    pairs: dict[str, Any] = {}
    for part in _NEXT_PAIR.split(raw.strip(" ；;\n")):
        key, _, value = part.replace("＝", "=").partition("=")
        if not key.strip() or key.strip() in pairs or "=" not in part.replace("＝", "="):
            heading = SCENARIOS.by_field[name].heading
            raise _WrongRowError(name, f"“{heading}”中的“{part.strip()}”看不明白",
                         "写作 列名=值，几项用；隔开，一列只写一次")  # fmt: skip
        pairs[key.strip()] = value.strip()
    return pairs


def _alternatives(sheet: Sheet, key: str, value: Any) -> list[Any]:
    """The values of a range: ``3|4|5``, or a TOML array (of arrays where a cell holds a list)."""
    if isinstance(value, str) and re.search("[|｜]", value):
        return [part.strip() for part in re.split("[|｜]", value)]
    if not isinstance(value, list):
        return [value]
    column = known_headings(sheet).get(plain(key))
    lists = column is not None and column.kind in {
        Kind.LIST, Kind.PEOPLE, Kind.INTEGER_MAP, Kind.NUMBER_MAP,
    }  # fmt: skip
    if lists and not any(isinstance(one, list) for one in value):
        return [value]
    if not value:
        raise _WrongRowError("content", f"“{key or '值'}”的范围是空的", "请至少写一个值")
    return list(value)


def _counts(row: _Row) -> list[int | None]:
    raw = row.get("count")
    if raw is None:
        return [None]
    found: list[int | None] = []
    parts = raw if isinstance(raw, list) else re.split(r"[、,，;；|｜\s]+", half_width(str(raw)))
    for part in parts:
        text = str(part)
        span = _RANGE.fullmatch(text)
        if span and int(span[1]) <= int(span[2]):
            found += range(int(span[1]), int(span[2]) + 1)
        elif re.fullmatch(r"\d{1,4}", text):
            found.append(int(text))
        else:
            raise _WrongRowError(
                "count", f"“数量”“{text}”不是正整数", "写作 2，或 1、2、3，或 1至3"
            )
    if not found or any(not one or one > 999 for one in found):
        raise _WrongRowError("count", "“数量”应在 1 到 999 之间", "写作 2，或 1、2、3，或 1至3")
    return list(dict.fromkeys(found))


# -- from a row to edits --------------------------------------------------------------------------


def _edits(choice: _Choice, instance: Instance) -> Iterator[Edit]:
    sheet = choice.sheet
    if sheet is PARAMETERS:
        yield _parameter(choice)
        return
    counted = sheet in (INSPECTORS, SITES) and choice.operation is not Operation.CHANGE
    if choice.count is not None and not counted:
        raise _WrongRowError("count", "这里不能写“数量”", "只有增加或删除人员、增加对象时写数量")
    match choice.operation:
        case Operation.ADD:
            yield _addition(choice, instance)
        case Operation.CHANGE:
            yield from _changes(choice, instance)
        case Operation.REMOVE:
            yield _removal(choice, instance)


def _parameter(choice: _Choice) -> SetParameter:
    if choice.operation is not Operation.CHANGE:
        raise _WrongRowError("operation", "参数只能修改", "请把“操作”改为 修改")
    if set(choice.which) != {""} or set(choice.content) != {""}:
        raise _WrongRowError("which" if set(choice.which) != {""} else "content", "参数没有写全",
                     "“选行”写参数名，“内容”写值，如 max_stint_months 和 7")  # fmt: skip
    record = Record(PARAMETERS, "", 0, {"name": choice.which[""], "value": choice.content[""]}, {})
    log = IssueLog()
    name = parameter_name(record, log)
    if name in ROUND_PARAMETERS:
        raise _WrongRowError("which", f"情景不能改 {name}", "请用另一份工作簿，或 plan 的选项")
    value = parameter_value(record, name, log) if name else None
    if log.has_errors or value is None:
        raised = next((issue for issue in log.issues if issue.severity is Severity.ERROR), None)
        raise _WrongRowError("content" if name else "which",
                     raised.message if raised else "参数没有值",
                     raised.remedy if raised else "请写一个值")  # fmt: skip
    return SetParameter(name=name, value=value)


def _addition(choice: _Choice, instance: Instance) -> Edit:
    sheet, count = choice.sheet, choice.count
    values = _values(choice, instance)
    if choice.which:
        if sheet not in (INSPECTORS, SITES):
            raise _WrongRowError(
                "which", f"增加“{sheet.title}”的行时不写“选行”", "请把这一行写在“内容”里"
            )
        like = _found(choice, instance)
        if len(like) != 1:
            raise _WrongRowError("which", f"有 {len(like)} 行符合，不能照样增加", "请写编号")
        if "id" in values:
            raise _WrongRowError(
                "content", f"照样增加时不写“{sheet.id_column.heading}”", "编号由软件取"
            )
        return CopyRow(
            table=sheet.table, like=like[0].id, count=choice.count or 1,
            values=tuple(values.items()),
        )  # fmt: skip
    if sheet is INSPECTORS and "id" not in values:
        return _hire(values, count or 1)
    if count not in {None, 1}:
        raise _WrongRowError("count", "增加几个时要写照谁的样", "请在“选行”中填一个编号")
    missing = [c.heading for c in sheet.columns if c.must_be_filled and c.field not in values]
    if missing:
        raise _WrongRowError("content", f"“{sheet.title}”的必填列没有写：{'、'.join(missing)}",
                     "写作 列名=值，几项用；隔开")  # fmt: skip
    if sheet is LIST_ITEMS and not instance.list_items:
        raise _WrongRowError("table", "工作簿没有驻点名单，加一行会使其他对象都不列入",
                     "请改“驻点对象”的 驻点等级、驻点形式，或删除对象")  # fmt: skip
    log = IssueLog()
    rows = models_of(sheet, [Record(sheet, "", 0, dict(values), {})], log)
    if log.issues:
        raise _WrongRowError("content", log.issues[0].message, log.issues[0].remedy)
    return AddRow(table=sheet.table, row=rows[0])


def _hire(values: Mapping[str, Any], count: int) -> Hire:
    allowed = {"department", "skills", "forms"}
    missing = [INSPECTORS.by_field[one].heading for one in ("department", "skills")
               if one not in values]  # fmt: skip
    if missing or set(values) - allowed:
        raise _WrongRowError("content", "按人数增加时写“单位编码”“专业能力”，还可写“可担任形式”",
                     "如 单位编码=JN-YJ；专业能力=HY08b:2；写全一个人的，另写人员编号")  # fmt: skip
    levels = {level for _, level in values["skills"]}
    if len(levels) != 1:
        raise _WrongRowError(
            "content", "按人数增加时各行业的能力等级须相同", "如 专业能力=HY08b:2、HY08c:2"
        )
    return Hire(
        count=count,
        department=values["department"],
        sectors=tuple(sector for sector, _ in values["skills"]),
        skill=levels.pop(),
        forms=frozenset(values.get("forms") or (Form.RESIDENT, Form.MOBILE)),
    )


def _changes(choice: _Choice, instance: Instance) -> Iterator[Edit]:
    sheet = choice.sheet
    rows = _found(choice, instance)
    if not choice.content:
        raise _WrongRowError("content", "没有写改成什么", "写作 列名=值，几项用；隔开")
    decided = {key: value for key, value in choice.content.items() if _decision(sheet, key)}
    if decided:
        known = {
            column.field: _cell(column, value)
            for key, value in decided.items()
            for column in (DECISIONS[plain(key)],)
        }
        for row in rows:
            yield Decide(site_id=row.id, grade=known.get("grade"), form=known.get("form"))
    values = _values(choice, instance)
    if sheet.id_column.field in values and sheet.id_column.field == "id":
        raise _WrongRowError("content", f"不能改“{sheet.id_column.heading}”", "请删除后另加")
    assert sheet.model is not None
    for name, value in values.items():
        info = sheet.model.model_fields[name]
        if value is None and info.is_required() and name != "hire_date":
            raise _WrongRowError(
                "content", f"“{sheet.by_field[name].heading}”不能为空", "请写一个值"
            )
    if values:
        fields = sheet.model.model_fields
        filled = {
            name: fields[name].default
            if value is None and not fields[name].is_required()
            else value
            for name, value in values.items()
        }
        for where in dict.fromkeys(_key_of(sheet, row) for row in rows):
            yield ChangeRows(table=sheet.table, where=where, values=tuple(filled.items()))


def _removal(choice: _Choice, instance: Instance) -> Edit:
    sheet = choice.sheet
    if sheet is INSPECTORS and choice.count is not None:
        if choice.which:
            raise _WrongRowError("which", "按人数减少时不写“选行”", "单位和行业写在“内容”里")
        values = _values(choice, instance)
        skills = values.get("skills") or ()
        if "department" not in values or set(values) - {"department", "skills"} or len(skills) > 1:
            raise _WrongRowError("content", "按人数减少时写“单位编码”，还可写一个行业的“专业能力”",
                         "如 单位编码=JN-YJ；专业能力=HY08b:1")  # fmt: skip
        return Dismiss(
            count=choice.count, department=values["department"],
            sector=skills[0][0] if skills else "",
        )  # fmt: skip
    if choice.content or choice.count is not None:
        raise _WrongRowError("content" if choice.content else "count", "删除时不写“内容”和“数量”",
                     "删哪些行写在“选行”里")  # fmt: skip
    rows = _found(choice, instance)
    keys = list(dict.fromkeys(_key_of(sheet, row) for row in rows))
    if len(keys) > 1:
        raise _WrongRowError("which", f"有 {len(keys)} 行符合", "请写得更明确，一行只删一行")
    return RemoveRows(table=sheet.table, where=keys[0])


def _key_of(sheet: Sheet, row: Any) -> tuple[tuple[str, Any], ...]:
    """What names a row: its key, or all of its values."""
    if sheet.id_column.field == "id":
        return (("id", row.id),)
    names = sheet.key or tuple(type(row).model_fields)
    return tuple((name, getattr(row, name)) for name in names)


def _found(choice: _Choice, instance: Instance) -> list[Any]:
    """The rows that 选行 means."""
    sheet = choice.sheet
    if not choice.which:
        raise _WrongRowError("which", "没有写是哪一行", "请填编号、名称，或 列名=值")
    rows = list(rows_of(instance, sheet.table))
    for key, raw in choice.which.items():
        columns = [_column(sheet, key, "which")] if key else [sheet.id_column]
        if not key and sheet.id_column.field in {"id", "code"}:
            names = ("name", "short_name")
            columns += [sheet.by_field[one] for one in names if one in sheet.by_field]
        for column in columns:
            value = _one_value(sheet, column, raw, instance, "which")
            some = [row for row in rows if _equals(getattr(row, column.field, None), value)]
            if some:
                break
        rows = some
        own_id = not key and sheet.id_column.field in {"id", "code"}
        if own_id and len(rows) > 1:
            ids = "、".join(str(getattr(row, sheet.id_column.field)) for row in rows[:5])
            raise _WrongRowError("which", f"“{raw}”在“{sheet.title}”中有几个：{ids}", "请改填编号")
    if not rows:
        said = "" if sheet.confidential else "、".join(map(_shown, choice.which.values()))
        raise _WrongRowError(
            "which", f"“{sheet.title}”中没有这样的行：{said}", "请核对编号、名称和列名"
        )
    return rows


def _equals(own: Any, wanted: Any) -> bool:
    if isinstance(own, tuple) and isinstance(wanted, tuple) and len(wanted) == 1:
        return wanted[0] in own
    return bool(own == wanted)


def _decision(sheet: Sheet, key: str) -> bool:
    return sheet is SITES and plain(key) in DECISIONS


def _values(choice: _Choice, instance: Instance) -> dict[str, Any]:
    """The values of 内容 by field, cleaned and with references resolved; None for an empty one."""
    sheet = choice.sheet
    return {
        column.field: _one_value(sheet, column, raw, instance, "content")
        for key, raw in choice.content.items()
        if not (_decision(sheet, key) and choice.operation is Operation.CHANGE)
        for column in (_column(sheet, key, "content"),)
    }


def _column(sheet: Sheet, key: str, part: str) -> Column:
    column = known_headings(sheet).get(plain(key))
    if column is None or sheet.model is None or column.field not in sheet.model.model_fields:
        more = [*DECISIONS] if sheet is SITES else []
        assert sheet.model is not None
        own = [c.heading for c in sheet.columns if c.field in sheet.model.model_fields]
        raise _WrongRowError(part, f"“{sheet.title}”没有列“{key}”" if key else "没有写列名",
                     "写作 列名=值；可写：" + "、".join([*more, *own]))  # fmt: skip
    return column


def _one_value(sheet: Sheet, column: Column, raw: Any, instance: Instance, part: str) -> Any:
    value = _cell(column, raw, part)
    if value is None or not column.refers_to:
        return frozenset(value) if column.field == "forms" and sheet is INSPECTORS else value
    register = REGISTERS if column.refers_to in REGISTERS else ()
    records = {
        one.title: [
            Record(one, one.title, 0, {name: v for name, v in row if v not in ("", ())}, {})
            for row in rows_of(instance, one.table)
        ]
        for one in SHEETS
        if one.title in register
    }
    record = Record(sheet, "", 0, {column.field: value}, {})
    log = IssueLog()
    resolve_references({**records, "": [record]}, log)
    wrong = next((issue for issue in log.issues if issue.severity is Severity.ERROR), None)
    if wrong is not None:
        raise _WrongRowError(part, wrong.message, wrong.remedy)
    return record.get(column.field)


def _cell(column: Column, raw: Any, part: str = "content") -> Any:
    if isinstance(raw, list):
        raw = "、".join(map(str, raw))
    elif isinstance(raw, dict):
        raw = ";".join(f"{key}:{value}" for key, value in raw.items())
    try:
        assert not isinstance(raw, (FormulaCell, ErrorCell))
        return read_cell(column, raw).value
    except CellError as error:
        raise _WrongRowError(part, f"“{column.heading}”{error.message}", error.remedy) from None


def _check(choice: _Choice, instance: Instance) -> None:
    """What a change must leave in order: dates, keys and parameters of its table."""
    sheet = choice.sheet
    if sheet is PARAMETERS:
        for names, message in contradictions(instance.policy):
            raise _WrongRowError("content", message, "请核对参数 " + "、".join(names))
        return
    rows = rows_of(instance, sheet.table)
    for first, last in sheet.periods:
        for row in rows:
            start, end = getattr(row, first), getattr(row, last)
            if start is not None and end is not None and end < start:
                early, late = sheet.by_field[last].heading, sheet.by_field[first].heading
                raise _WrongRowError("content", f"{early}早于{late}", "请核对两个日期")
    if sheet.key and sheet is not MATRIX:
        keys = [tuple(getattr(row, name) for name in sheet.key) for row in rows]
        if len(set(keys)) < len(keys):
            said = "、".join(sheet.by_field[name].heading for name in sheet.key)
            raise _WrongRowError(
                "content", f"{said}与“{sheet.title}”中已有的一行重复", "请换一个，或改用 修改"
            )
