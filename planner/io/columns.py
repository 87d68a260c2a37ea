"""The building blocks of the workbook contract: kinds of cells, columns and sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum, StrEnum
from functools import cached_property

from planner.domain.base import Frozen
from planner.domain.terms import Form, Grade


class Kind(StrEnum):
    """类型: how a cell is read and written; the value is printed in the column note."""

    TEXT = "文本"
    PERSON_NAME = "姓名"
    SITE_NAME = "名称"
    CODE = "编码"
    CREDIT_CODE = "18位代码"
    PHONE = "电话（文本）"
    QUARTER = "季度，如 2027Q1"
    PERIOD = "期间，如 2027-02"
    INTEGER = "整数"
    NUMBER = "数字"
    DATE = "日期"
    MONTH = "年月或日期"
    BOOLEAN = "是/否"
    ENUM = "从列表中选"
    LIST = "多项，用顿号隔开"
    PEOPLE = "人员，几人用顿号隔开"
    INTEGER_MAP = "键:整数，用分号隔开"
    NUMBER_MAP = "键:数字，用分号隔开"


def label_of(term: Enum | str) -> str:
    """The printed name of a term: a grade's label, otherwise the value."""
    return term.label if isinstance(term, Grade) else str(term)


@dataclass(frozen=True)
class Column:
    """列: one heading of a sheet and the field of the domain model that it fills.

    ``required`` columns must exist and, without ``blank_allowed``, hold a value in every row.
    ``terms`` is the vocabulary of an ENUM or LIST, or the words for the numbers 0, 1, … of an
    INTEGER_MAP, which then has no others; ``synonyms`` are other words for a term.
    ``refers_to`` names the sheet whose id is meant. A CODE has at least ``digits`` digits.
    ``fallback`` is the field of another column (a name) that stands in where this one is empty.
    A column that the model does not have is informational: it is compared, never used.
    ``happened`` marks the date of what is over and done, which cannot lie far ahead. A positive
    number under ``doubtful_below`` is read with a warning that repeats the note: it may be meant in
    another unit.
    """

    heading: str
    field: str
    kind: Kind = Kind.TEXT
    required: bool = False
    blank_allowed: bool = False
    terms: tuple[Enum | str, ...] = ()
    synonyms: Mapping[str, str] = dataclass_field(default_factory=dict)
    refers_to: str = ""
    fallback: str = ""
    aliases: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    doubtful_below: float = 0
    digits: int = 0
    happened: bool = False
    note: str = ""
    example: str = ""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The printed names of the terms."""
        return tuple(label_of(term) for term in self.terms)

    @cached_property
    def term_by_label(self) -> Mapping[str, Enum | str]:
        """Terms by their printed names and synonyms."""
        known: dict[str, Enum | str] = dict(zip(self.labels, self.terms, strict=True))
        known |= {word: known[label] for word, label in self.synonyms.items()}
        return known

    @property
    def must_be_filled(self) -> bool:
        """Whether an empty cell is an error."""
        return self.required and not self.blank_allowed


@dataclass(frozen=True)
class Sheet:
    """表: one sheet of the contract.

    ``table`` is the field of Instance that holds its rows, ``model`` their class (None for 参数).
    ``key`` fields may not repeat: two rows with one key contradict each other. Where there is no
    key, ``known_by`` fields tell which row of a later workbook is the same row, changed.
    ``periods`` are pairs of fields, first day and last day. ``needed`` sheets must exist and have
    rows. No value of a ``confidential`` sheet is repeated in a message: the cell is enough for
    whoever has it.
    """

    title: str
    table: str
    model: type[Frozen] | None
    columns: tuple[Column, ...]
    note: str
    needed: bool = False
    confidential: bool = False
    key: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    periods: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()

    @cached_property
    def by_field(self) -> Mapping[str, Column]:
        """Columns by field."""
        return {column.field: column for column in self.columns}

    @property
    def id_column(self) -> Column:
        """The first column: what other sheets refer to."""
        return self.columns[0]


FORM_SYNONYMS = {
    **{form.value.removesuffix("驻点"): form.value for form in Form},
    **{form.value.removesuffix("驻点") + "式": form.value for form in Form},
}
"""定期, 蹲守, 流动 (settled reading 1)."""

GRADE_SYNONYMS = {f"{digit}级": Grade(digit).label for digit in range(1, 5)}

LEVEL_SYNONYMS = {"省级": "省", "市级": "市", "县级": "县", "区": "县", "区级": "县"}


def form_column(heading: str, field: str, *, required: bool = False, note: str) -> Column:
    """A column of one 驻点形式."""
    return Column(
        heading, field, Kind.ENUM, required=required, terms=tuple(Form), synonyms=FORM_SYNONYMS,
        aliases=("驻点监督形式", "形式"), note=note, example=Form.RESIDENT,
    )  # fmt: skip


def grade_column(*, required: bool = False, note: str) -> Column:
    """A column of 驻点等级."""
    return Column(
        "驻点等级", "grade", Kind.ENUM, required=required, terms=tuple(Grade),
        synonyms=GRADE_SYNONYMS, aliases=("等级",), note=note, example="一级",
    )  # fmt: skip


def date_column(
    heading: str,
    field: str,
    note: str,
    *,
    required: bool = False,
    blank_allowed: bool = False,
    happened: bool = False,
    aliases: tuple[str, ...] = (),
    example: str = "2027-01-11",
) -> Column:
    """A column of dates."""
    return Column(
        heading, field, Kind.DATE, required=required, blank_allowed=blank_allowed,
        happened=happened, aliases=aliases, note=note, example=example,
    )  # fmt: skip


def department_column(
    heading: str,
    field: str,
    note: str,
    *,
    required: bool = False,
    kind: Kind = Kind.CODE,
    aliases: tuple[str, ...] = (),
) -> Column:
    """A reference to 部门单位: code, short or full name."""
    return Column(
        heading, field, kind, required=required, refers_to="部门单位", aliases=aliases,
        note=f"{note}（填单位编码，也可填简称或全称）", example="JN-YJ",
    )  # fmt: skip


def sector_column(
    heading: str,
    field: str,
    note: str,
    *,
    required: bool = False,
    kind: Kind = Kind.CODE,
    terms: tuple[str, ...] = (),
    aliases: tuple[str, ...] = ("行业领域", "行业类别"),
    example: str = "HY08b",
) -> Column:
    """A reference to 行业领域: code or name."""
    return Column(
        heading, field, kind, required=required, refers_to="行业领域", terms=terms, aliases=aliases,
        note=f"{note}（填行业编码，也可填名称）", example=example,
    )  # fmt: skip


def site_column(
    note: str = "驻点对象的编号", *, required: bool = False, fallback: str = ""
) -> Column:
    """A reference to 驻点对象."""
    aliases = () if fallback else ("对象名称", "驻点企业名称")
    return Column(
        "对象编号", "site_id", Kind.CODE, required=required, refers_to="驻点对象",
        fallback=fallback, aliases=aliases, note=note, example="OBJ-0042",
    )  # fmt: skip


def inspector_column(
    note: str = "驻点人员的编号",
    *,
    heading: str = "人员编号",
    field: str = "inspector_id",
    required: bool = False,
    kind: Kind = Kind.CODE,
    fallback: str = "",
    aliases: tuple[str, ...] = ("姓名", "驻点人员姓名"),
) -> Column:
    """A reference to 驻点人员: id, or a name that is unique."""
    return Column(
        heading, field, kind, required=required, refers_to="驻点人员", fallback=fallback,
        aliases=aliases, note=note, example="YJ-017",
    )  # fmt: skip
