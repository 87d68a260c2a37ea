"""Reading one cell: every notation that real workbooks use, as one value (catalogue 2.13).

Nothing here knows sheets or cells; a value that cannot be read raises CellError, whose text says
what is wrong and how to put it right.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from planner.io.archive import CellValue, ErrorCell, FormulaCell
from planner.io.columns import Column, Kind, label_of

FAR_FUTURE = dt.date(2099, 12, 31)
"""长期."""
DOUBTFUL_BEFORE_YEAR = 1950
"""Nobody who works today was born earlier; 1927 is mostly 2027 mistyped."""
NUMBER_YEAR = 1905
"""Excel shows 2023.9, the number of a month, as a day of this year."""
EARLIEST, LATEST = dt.date(1900, 1, 1), FAR_FUTURE
SERIAL_DAYS = range(7_306, 73_051)
"""Excel day numbers that are read as dates: 1920 … 2099."""

YES_WORDS = frozenset({"是", "1", "√", "✓", "✔", "y", "yes", "true", "有", "对", "t"})
NO_WORDS = frozenset({"否", "0", "×", "✗", "x", "n", "no", "false", "无", "没有", "f", "不"})
TICKS = frozenset({"√", "✓", "✔"})
_STROKES = frozenset({"/", "-", "—", "——", "--"})
_NOTHING = _STROKES | {"无", "暂无", "不详", "空", "N/A", "n/a"}
_OPEN_ENDED = frozenset({"长期", "永久", "长期有效", "无期限"})
_SO_FAR = frozenset({"至今", "在驻", "仍在驻"})

_SEPARATORS = re.compile(r"[,，、;；\n]+")
_PERSON_SEPARATORS = re.compile(r"[,，、;；\n/]+")
_INTEGER = re.compile(r"[+-]?\d{1,15}(\.0+)?")
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)(E[+-]?\d{1,2})?", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_DATE_TEXT = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月?)(?:[T ]00:00(:00)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_QUARTER = re.compile(r"(\d{4})(?:年)?(?:第)?(?:Q|q)?([1-4一二三四])(?:季度|季)?")
_HALF_YEAR = re.compile(r"(\d{4})年?(?:[Hh]([12])|([上下])半年)")
_WEEK = re.compile(r"(\d{4})(?:-?[Ww]|年第)(\d{1,2})周?")
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?份?")
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|[2-9]\d{6,7}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200d\u2060\ufeff]")
_HALVES = {"上": 1, "下": 2}
_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


class CellError(Exception):
    """A cell that cannot be read."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Reading:
    """A cell that was read: its value (None = empty), whether the notation was changed, as what
    it is shown, and what a person should look at."""

    value: Any
    changed: bool = False
    shown: str = ""
    doubt: str = ""


def is_blank(raw: CellValue) -> bool:
    """Whether a cell counts as empty."""
    return raw is None or (isinstance(raw, str) and not _CONTROL.sub("", raw).strip())


def read_cell(column: Column, raw: CellValue) -> Reading:
    """Read a cell by the kind of its column; CellError when it cannot be done."""
    if isinstance(raw, FormulaCell):
        raise CellError("是公式，不是值", "复制该单元格，再“选择性粘贴—数值”")
    if isinstance(raw, ErrorCell):
        raise CellError(
            f"显示错误值 {raw.text}", "请填入正确的值；日期写作 2023-09-01，不写 20230901"
        )
    if is_blank(raw):
        return Reading(None)
    if _stands_for_nothing(column, raw):
        return Reading(None, changed=True, shown="空")
    value, doubt = _READERS[column.kind](column, raw)
    shown = show(column, value)
    return Reading(value, _written(column, raw) != shown, shown, doubt)


def _stands_for_nothing(column: Column, raw: CellValue) -> bool:
    text = raw.strip() if isinstance(raw, str) else ""
    if column.kind is Kind.DATE and text in _SO_FAR:
        return not column.must_be_filled
    if column.must_be_filled or column.kind is Kind.BOOLEAN or text in column.term_by_label:
        return False
    return text in (_STROKES if column.kind is Kind.TEXT else _NOTHING)


def show(column: Column, value: Any) -> str:
    """The canonical text of a value, as the writer would put it into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return ";".join(f"{key}:{_digits_of(number)}" for key, number in value)
    if isinstance(value, Enum):
        return label_of(value)
    if isinstance(value, (tuple, frozenset)):
        ordered = (
            [term for term in column.terms if term in value]
            if isinstance(value, frozenset)
            else value
        )
        return "、".join(label_of(one) for one in ordered)
    return _digits_of(value) if isinstance(value, (int, float)) else str(value)


def _written(column: Column, raw: CellValue) -> str:
    """The raw cell as text, with separators that the contract allows made equal."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat()
    if isinstance(raw, (int, float)):
        return _digits_of(raw) if math.isfinite(raw) else str(raw)
    text = str(raw)
    if column.kind in {Kind.LIST, Kind.PEOPLE}:
        return re.sub(r"\s*[,，、；\n]\s*", "、", text)
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return re.sub(r"\s*;\s*", ";", text)
    if column.kind is Kind.MONTH and re.fullmatch(r"\d{4}-\d{2}", text):
        return f"{text}-01"
    return text


def _digits_of(number: float) -> str:
    whole = isinstance(number, int) or (math.isfinite(number) and number == int(number))
    return str(int(number)) if whole else repr(number)


# -- text ---------------------------------------------------------------------------------------


def half_width(text: str) -> str:
    """Full-width letters, digits, brackets and signs as half-width ones."""
    return unicodedata.normalize("NFKC", text)


def _text_of(raw: CellValue) -> str:
    if isinstance(raw, str):
        text = _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\u3000", " "))
        return text.replace("\xa0", " ").strip()
    return _written(_PLAIN, raw)


_PLAIN = Column("", "")


def _read_text(_: Column, raw: CellValue) -> tuple[str, str]:
    # Punctuation stays as it is written: only letters and digits become half-width.
    text = re.sub(r"[０-９Ａ-Ｚａ-ｚ]", lambda one: half_width(one[0]), _text_of(raw))
    return text, ""


def _read_person_name(_: Column, raw: CellValue) -> tuple[str, str]:
    return tidy_person_name(_text_of(raw)), ""


def tidy_person_name(text: str) -> str:
    """A person's name without inner spaces; names in Latin letters keep single ones."""
    if re.search(r"[A-Za-z]", half_width(text)):
        return re.sub(r"\s+", " ", half_width(text)).strip()
    return re.sub(r"\s+", "", text)


def _read_site_name(column: Column, raw: CellValue) -> tuple[str, str]:
    return tidy_site_name(_read_text(column, raw)[0]), ""


def tidy_site_name(text: str) -> str:
    """A registered name: full-width brackets as on the licence, no spaces between Chinese."""
    closed = text.replace("(", "（").replace(")", "）")
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", closed)


def _read_code(column: Column, raw: CellValue) -> tuple[str, str]:
    text = re.sub(r"\s+", "", half_width(_text_of(raw)))
    if text.isdigit() and len(text) < column.digits:
        text = text.zfill(column.digits)
    return text, ""


def _read_credit_code(_: Column, raw: CellValue) -> tuple[str, str]:
    from stdnum.cn import uscc

    if isinstance(raw, float) or (isinstance(raw, int) and raw > 10**15):
        return _text_of(raw), "以数字存放，后几位已丢失，请改为文本重新填写"
    text = re.sub(r"[\s-]+", "", half_width(_text_of(raw))).upper()
    if uscc.is_valid(text):
        return text, ""
    reason = "校验位不对" if len(text) == 18 else f"应为 18 位，现为 {len(text)} 位"
    return text, f"统一社会信用代码 {text} {reason}，请核对营业执照"


def _read_phone(_: Column, raw: CellValue) -> tuple[str | None, str]:
    text = half_width(_text_of(raw))
    match = _SCIENTIFIC.fullmatch(text.replace(" ", ""))
    if match:
        digits, exponent = match[1] + (match[2] or ""), int(match[3])
        lost = exponent + 1 - len(digits)
        if 0 <= lost <= 15:
            if lost:
                return None, "电话以科学记数存放，尾数已丢失，未读入，请改为文本重新填写"
            return digits, ""
    parts = [_tidy_phone(part) for part in re.split(r"[,、;/\n]+", text) if part.strip()]
    doubt = "" if all(_PHONE.fullmatch(part) for part in parts) else "电话号码的位数不对，请核对"
    return "、".join(parts), doubt


def _tidy_phone(text: str) -> str:
    digits = re.sub(r"[\s\-()]+", "", text)
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
    if re.fullmatch(r"1\d{10}", digits):
        return digits
    return re.sub(r"\s+", "", text)


def _read_quarter(_: Column, raw: CellValue) -> tuple[str, str]:
    text = re.sub(r"\s+", "", half_width(_text_of(raw)))
    match = _QUARTER.fullmatch(text)
    if not match:
        raise CellError(f"“{text}”不是季度", "写作 2027Q1")
    return f"{match[1]}Q{_DIGITS.get(match[2], match[2])}", ""


def _read_period(column: Column, raw: CellValue) -> tuple[str, str]:
    """A half-year, quarter, month or ISO week; Excel makes a day of 2027-02."""
    if isinstance(raw, dt.date) and raw.day == 1:
        return f"{raw:%Y-%m}", ""
    text = re.sub(r"\s+", "", half_width(_text_of(raw)))
    if match := _HALF_YEAR.fullmatch(text):
        return f"{match[1]}H{match[2] or _HALVES[match[3]]}", ""
    if _QUARTER.fullmatch(text):
        return _read_quarter(column, raw)
    month = None if isinstance(raw, float) else _MONTH.fullmatch(text)  # 2027.1 may be October
    if month and 1 <= int(month[2]) <= 12:
        return f"{month[1]}-{int(month[2]):02}", ""
    if (match := _WEEK.fullmatch(text)) and 1 <= int(match[2]) <= 53:
        return f"{match[1]}-W{int(match[2]):02}", ""
    raise CellError(f"“{text}”不是期间", "轮次写作 2027H1，季度 2027Q1，月 2027-02，周 2027-W07")


# -- numbers and switches -----------------------------------------------------------------------


def _read_integer(column: Column, raw: CellValue) -> tuple[int, str]:
    number = int(_number(column, raw, _INTEGER, "整数"))
    doubtful = 0 < number < column.doubtful_below
    return (
        number,
        f"“{column.heading}”只有 {number}，请核对单位（{column.note}）" if doubtful else "",
    )


def _read_number(column: Column, raw: CellValue) -> tuple[float, str]:
    return _number(column, raw, _NUMBER, "数字"), ""


def _number(column: Column, raw: CellValue, pattern: re.Pattern[str], kind: str) -> float:
    text = re.sub(r"[\s,]+", "", half_width(_text_of(raw)))
    usable = not isinstance(raw, (bool, dt.date, dt.time, dt.timedelta))
    if not usable or not pattern.fullmatch(text):
        meant = f"（{column.note}）" if column.doubtful_below else ""
        raise CellError(f"“{_text_of(raw)}”不是{kind}", f"请只填{kind}，不带单位{meant}")
    number = float(text)
    low, high = column.minimum, column.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        limits = (
            f"{_digits_of(low)} 或以上"
            if high is None and low is not None
            else (f"{_digits_of(low or 0)} 到 {_digits_of(high or 0)} 之间")
        )
        raise CellError(f"{_digits_of(number)} 超出范围", f"应为 {limits}")
    return number


def _read_boolean(_: Column, raw: CellValue) -> tuple[bool, str]:
    if isinstance(raw, bool):
        return raw, ""
    word = half_width(_text_of(raw)).lower()
    if word in YES_WORDS:
        return True, ""
    if word in NO_WORDS:
        return False, ""
    raise CellError(f"“{_text_of(raw)}”不是“是”或“否”", "请填 是 或 否")


# -- dates --------------------------------------------------------------------------------------


def _read_date(column: Column, raw: CellValue) -> tuple[dt.date, str]:
    day = _date(raw, months=column.kind is Kind.MONTH)
    if not EARLIEST <= day <= LATEST:
        raise CellError(f"日期 {day.isoformat()} 不合理", "请填 1900 年到 2099 年之间的日期")
    doubtful = day.year < DOUBTFUL_BEFORE_YEAR
    return day, f"日期 {day.isoformat()} 的年份过早，请核对" if doubtful else ""


def _date(raw: CellValue, *, months: bool) -> dt.date:
    if isinstance(raw, dt.datetime):
        if raw.year == NUMBER_YEAR:
            raise CellError(
                f"显示为 {raw.date()}，多半是把 2023.9 一类的数字填进了日期格", "请写作 2023-09-01"
            )
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = half_width(_text_of(raw)).replace("．", ".").replace("。", ".")
    if text in _OPEN_ENDED:
        return FAR_FUTURE
    text = re.sub(r"\s*([-./年月])\s*", r"\1", text).strip()
    if text.isdigit() and int(text) in SERIAL_DAYS:
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(text))
    match = _COMPACT_DATE.fullmatch(text) or _DATE_TEXT.fullmatch(text)
    if not match or (match[3] is None and not months):
        raise CellError(f"“{text}”不是日期", f"请写作 {'1985-06' if months else '2027-01-11'}")
    if isinstance(raw, float) and re.fullmatch(r"\d{4}\.\d", text):
        raise CellError(f"{text} 是 1 月还是 10 月无法分辨", f"请按文本写作 {text[:4]}-10 或 -01")
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        raise CellError(f"没有“{text}”这一天", "请填日历上存在的日期") from None


# -- vocabularies, lists, maps ------------------------------------------------------------------


def _read_term(column: Column, raw: CellValue) -> tuple[Enum | str, str]:
    return _term(column, _text_of(raw)), ""


def _term(column: Column, text: str) -> Enum | str:
    known = column.term_by_label
    for word in (text, re.sub(r"\s+", "", half_width(text))):
        if word in known:
            return known[word]
    raise CellError(f"“{text}”不在可选项中", "可填：" + "、".join(column.labels))


def _read_list(column: Column, raw: CellValue) -> tuple[Any, str]:
    parts = [part.strip() for part in _SEPARATORS.split(_text_of(raw)) if part.strip()]
    if column.terms:
        return tuple(dict.fromkeys(_term(column, part) for part in parts)), ""
    return tuple(dict.fromkeys(half_width(part) for part in parts)), ""


def _read_people(_: Column, raw: CellValue) -> tuple[tuple[str, ...], str]:
    parts = [tidy_person(part) for part in _PERSON_SEPARATORS.split(_text_of(raw))]
    return tuple(dict.fromkeys(filter(None, parts))), ""


def tidy_person(text: str) -> str:
    """A person's id without spaces and in half-width, or a tidy name."""
    if re.search(r"\d", text):
        return re.sub(r"\s+", "", half_width(text))
    return tidy_person_name(text)


def _read_map(column: Column, raw: CellValue) -> tuple[tuple[tuple[str, float], ...], str]:
    whole = column.kind is Kind.INTEGER_MAP
    pattern = _INTEGER if whole else _NUMBER
    words = {label: number for number, label in enumerate(column.labels)}
    pairs: dict[str, float] = {}
    for part in _SEPARATORS.split(_text_of(raw)):
        if not part.strip():
            continue
        key, colon, text = half_width(part).partition(":")
        key, text = key.strip(), text.strip()
        if not colon or not (text in words or pattern.fullmatch(text)):
            wanted = f"不是“键:{'整数' if whole else '数'}”的形式"
            raise CellError(f"“{part.strip()}”{wanted}", f"请写作 {column.example}")
        number = float(words.get(text, text))
        if words and not 0 <= number < len(words):
            limits = f"应为 0 到 {len(words) - 1} 之间的整数"
            raise CellError(f"{key} 的等级 {text} 超出范围", limits)
        if number < 0:
            raise CellError(f"{key} 的数值 {text} 是负数", "应为 0 或以上")
        if pairs.setdefault(key, int(number) if whole else number) != number:
            raise CellError(f"{key} 写了两次且数值不同", "请只保留一个")
    return tuple(pairs.items()), ""


_READERS: dict[Kind, Callable[[Column, CellValue], tuple[Any, str]]] = {
    Kind.TEXT: _read_text,
    Kind.PERSON_NAME: _read_person_name,
    Kind.SITE_NAME: _read_site_name,
    Kind.CODE: _read_code,
    Kind.CREDIT_CODE: _read_credit_code,
    Kind.PHONE: _read_phone,
    Kind.QUARTER: _read_quarter,
    Kind.PERIOD: _read_period,
    Kind.INTEGER: _read_integer,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.MONTH: _read_date,
    Kind.BOOLEAN: _read_boolean,
    Kind.ENUM: _read_term,
    Kind.LIST: _read_list,
    Kind.PEOPLE: _read_people,
    Kind.INTEGER_MAP: _read_map,
    Kind.NUMBER_MAP: _read_map,
}
