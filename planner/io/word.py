"""Word 文书: templates that an office can edit in WPS, filled with the values of a paper.

The fields are jinja names in Chinese, ``{{ 单位 }}``. Every problem of a template is told with its
file and field; nothing of a template is executed outside jinja's sandbox.
"""

from __future__ import annotations

import html
import io
import re
import traceback
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.io.files import repacked
from planner.io.privacy import mask_phones
from planner.resources import data_file

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import Environment

LARGEST_TEMPLATE = 20_000_000
"""Bytes of a template when unpacked; the shipped ones have less than 200 000."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BROKEN_FIELD = re.compile(r"\{ *[{%][^{}]*|[}%] *\}")
_SYNTAX_WORDS = (
    (r"(?:Expected an expression, got|unexpected) 'end of", "花括号中缺少内容"),
    (r"Encountered unknown tag 'end(\w+)'", r"前面没有与它配对的“\1”"),
    (r"Encountered unknown tag '(\w+)'", r"中没有“\1”这种语句"),
    (r"Unexpected end of template.*?'(end\w+)'", r"没有以“\1”结束"),
    (r"No (?:filter|test) named '(.+?)'", r"中没有“\1”这种写法"),
)
"""What jinja says of a template, with its Chinese; the first match wins."""
LONGEST_PIECE = 60
"""Characters of a template that a message repeats."""
_QUOTED = re.compile(r"'([^']+)'")


class TemplateError(ValueError):
    """A template cannot be used; the text is Chinese and names the file and the field."""


class WordTemplate:
    """A .docx file with fields. TemplateError where it is no such file."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._content = path.read_bytes()
        self._known: frozenset[str] = frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as packed:
                size = sum(member.file_size for member in packed.infolist())
        except zipfile.BadZipFile as error:
            raise self._problem("不是 Word 文档（.docx）", "请在 WPS 中另存为 .docx") from error
        if size > LARGEST_TEMPLATE:
            raise self._problem("文件过大", "请删去图片等内容")

    def fill(self, values: Mapping[str, Any], *, phones: bool = False) -> bytes:
        """The document with the values in it; phone numbers are masked unless ``phones`` (L-5)."""
        from jinja2 import TemplateSyntaxError, UndefinedError
        from jinja2.exceptions import TemplateError as JinjaError

        document = self._open()
        try:
            self._check_names(document, values)
            document.render(dict(values), _environment(phones=phones), autoescape=True)
        except TemplateSyntaxError as error:
            text = f"字段写法有误：{_mistake(document, error.message or '')}"
            raise self._problem(text, "请对照原模板改正花括号中的内容") from error
        except UndefinedError as error:
            field = (_QUOTED.findall(error.message or "") or ["？"])[-1]
            raise self._unknown([field], values) from error
        except (
            JinjaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
        ) as error:  # fmt: skip
            if isinstance(error, TemplateError):
                raise
            text = f"填写时出错：{_failing(document, error)}中有字段不能这样用"
            raise self._problem(text, "请对照原模板改正") from error
        self._check_braces(document)
        return document_bytes(document)

    def _check_braces(self, document: DocxTemplate) -> None:
        """A field whose braces came apart would be printed as it stands."""
        for paragraph in document.docx.element.body.iter(f"{_WORD}p"):
            text = "".join(one.text or "" for one in paragraph.iter(f"{_WORD}t"))
            if broken := _BROKEN_FIELD.search(text):
                raise self._problem(
                    f"“{broken[0]}”不是字段：花括号之间不能有空格，须两两成对", "请对照原模板改正"
                )

    def _open(self) -> DocxTemplate:
        from docxtpl import DocxTemplate
        from lxml.etree import LxmlError

        document = DocxTemplate(io.BytesIO(self._content))
        try:
            document.init_docx()
        except (KeyError, ValueError, LxmlError) as error:
            raise self._problem("不是 Word 文档（.docx）", "请在 WPS 中另存为 .docx") from error
        return document

    def _check_names(self, document: DocxTemplate, values: Mapping[str, Any]) -> None:
        """All unknown names at once; once for each set of values' names."""
        if self._known >= values.keys():
            return
        unknown = document.get_undeclared_template_variables(_environment(phones=False), values)
        if unknown:
            raise self._unknown(sorted(unknown), values)
        self._known = frozenset(values)

    def _unknown(self, fields: list[str], values: Mapping[str, Any]) -> TemplateError:
        names = "、".join(fields)
        return self._problem(f"没有字段“{names}”", f"可用的字段：{'、'.join(values)}")

    def _problem(self, text: str, remedy: str) -> TemplateError:
        return TemplateError(f"模板 {self._name}：{text}。{remedy}。")


TEMPLATES = (
    "派驻通知.docx", "交接单.docx", "基层工作经历证明.docx", "培训签到表.docx",
    "月度文字材料.docx", "季度会商材料.docx",
)  # fmt: skip
"""The templates that an office may change."""


def shipped_template(name: str) -> Path:
    """The template as it comes with the program."""
    return data_file("templates", "papers", name)


def folder_problem(folder: Path | None) -> str:
    """What is wrong with the folder of an office's templates; empty when it may be used."""
    if folder is None or any((folder / name).is_file() for name in TEMPLATES):
        return ""
    names = "、".join(TEMPLATES)
    return f"--templates {folder}：其中没有任何一个模板。用 paper-templates 可以写出：{names}。"


@dataclass(slots=True)
class Templates:
    """The templates of an office, the shipped ones where it has none, and what is wrong with
    them."""

    folder: Path | None = None
    problems: dict[str, None] = field(default_factory=dict)
    _open: dict[str, WordTemplate | None] = field(default_factory=dict)

    def fill(self, name: str, values: Mapping[str, Any], *, phones: bool = False) -> bytes:
        """A filled template; nothing but a noted problem where it cannot be."""
        try:
            if name not in self._open:
                self._open[name] = None
                self._open[name] = WordTemplate(self._path(name))
            template = self._open[name]
            return template.fill(values, phones=phones) if template else b""
        except TemplateError as error:
            self.problems[str(error)] = None
            return b""

    @property
    def missing(self) -> tuple[str, ...]:
        """One line for the templates that were filled and that the office's folder does not
        have."""
        lacking = [one for one in self._open if self.folder and not (self.folder / one).is_file()]
        if not lacking:
            return ()
        return (f"--templates {self.folder}：没有{'、'.join(lacking)}，用的是自带的模板。",)

    def _path(self, name: str) -> Path:
        own = self.folder / name if self.folder else None
        return own if own and own.is_file() else shipped_template(name)


def document_bytes(document: Any) -> bytes:
    """The docx file of a document: the same content gives the same bytes."""
    raw = io.BytesIO()
    document.save(raw)
    return repacked(raw)


def _environment(*, phones: bool) -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    def printed(value: Any) -> Any:
        if type(value) is not str:
            return value
        clean = _NOT_IN_XML.sub("", value)
        return clean if phones else mask_phones(clean)

    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=printed)


def _mistake(document: DocxTemplate, english: str) -> str:
    """The field at which jinja stops reading a template, and what is wrong there, in Chinese."""
    from jinja2 import TemplateSyntaxError

    field = ""
    parts = [one for uri in (document.HEADER_URI, document.FOOTER_URI)
             for _, one in document.get_headers_footers(uri)]  # fmt: skip
    for part in (None, *parts):
        source = re.sub(r"(?=\{[{%])", "\n", _source(document, part))
        try:
            _environment(phones=False).from_string(source)
        except TemplateSyntaxError as error:
            english, line = error.message or "", source.splitlines()[error.lineno - 1]
            field = _open_statement(source) if english.startswith("Unexpected end") else line
            break
    matches = ((re.match(one, english), chinese) for one, chinese in _SYNTAX_WORDS)
    why = next((match.expand(chinese) for match, chinese in matches if match), "花括号中写得不对")
    return f"{_shown(field)}{why}"


def _source(document: DocxTemplate, part: Any) -> str:
    """A part of a template as jinja reads it, each paragraph on a line; None is the body."""
    xml = document.get_xml() if part is None else document.get_part_xml(part)
    return re.sub(r"<w:p(?=[ >])", "\n<w:p", document.patch_xml(xml))


def _open_statement(source: str) -> str:
    """The innermost ``for`` or ``if`` that nothing ends."""
    still_open: list[str] = []
    for tag in re.finditer(r"\{%-?\s*(end)?(?:for|if)\b.*?%\}", source):
        if not tag[1]:
            still_open.append(tag[0])
        elif still_open:
            still_open.pop()
    return still_open[-1] if still_open else ""


def _failing(document: DocxTemplate, error: Exception) -> str:
    """The paragraph whose field cannot be computed: jinja puts its line into the traceback."""
    part = document.current_rendering_part
    lines = _source(document, None if part is document.docx.part else part).splitlines()
    numbers = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == "<template>"
    ]
    return _shown(lines[numbers[-1] - 1]) if numbers and numbers[-1] <= len(lines) else ""


def _shown(line: str) -> str:
    """A piece of a template without markup; empty where nothing is left."""
    text = html.unescape(re.sub(r"<[^>]*>", "", line)).strip()
    return f"“{text[:LONGEST_PIECE]}”" if text else ""
