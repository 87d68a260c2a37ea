"""A chart as a PNG for Word and WPS, with title and legend.

Text is drawn with the font that ships with the planner, never with one of the machine, so that
Chinese is right where no Chinese font is installed and the bytes depend on the chart alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from planner.reports.templates import template
from planner.resources import data_file

FONT_FILE = ("fonts", "NotoSansCJKsc-Regular-GB.otf")
FONT_NAME = "Noto Sans CJK SC"
FONT_HANZI = (range(0x3400, 0x4DB6), range(0x4E00, 0x9FF0))
"""扩展A and the basic block; the signs of the font are those of GBK."""
ZOOM = 2.5
"""Pixels of a picture per pixel of a page: a Gantt chart over the width of A4 has 250 dpi."""
MARGIN = 12
HEAD = 36
"""Height of the title."""
LEGEND_LINE = 20
CHARACTER_WIDTH = 11.0
SAMPLE_WIDTH = 31
GAP = 18

Kind = Literal["bars", "gantt", "shortage", "staffing"]
"""Macros of charts.svg that draw a chart."""


class Drawable(Protocol):
    """A chart in pixels."""

    @property
    def width(self) -> float: ...

    @property
    def height(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    text: str
    x: float
    y: float
    text_x: float


def picture(kind: Kind, chart: Drawable, title: str, legend: Iterable[tuple[str, str]]) -> bytes:
    """The PNG of a chart on white ground; ``legend`` has (kind of sample, text), a remark has no
    kind."""
    from resvg_py import svg_to_bytes

    width = chart.width + 2 * MARGIN
    entries = tuple(_placed(legend, width, HEAD + chart.height + MARGIN))
    svg = template("picture.svg").render(
        kind=kind,
        chart=chart,
        title=title,
        legend=entries,
        margin=MARGIN,
        head=HEAD,
        width=width,
        height=entries[-1].y + LEGEND_LINE + MARGIN / 2,
    )
    style = data_file("templates", "chart.css").read_text(encoding="utf-8")
    return svg_to_bytes(
        svg_string=svg,
        style_sheet=style,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(data_file(*FONT_FILE))],
        font_family=FONT_NAME,
        zoom=ZOOM,
    )


def not_in_font(texts: Iterable[str]) -> list[str]:
    """Characters of texts that the font lacks and a picture shows as an empty box."""
    return sorted({one for text in texts for one in text if not _has(one)})


def _has(character: str) -> bool:
    return any(ord(character) in block for block in FONT_HANZI) or bool(
        character.encode("gbk", "ignore")
    )


def _placed(legend: Iterable[tuple[str, str]], width: float, y: float) -> Iterator[_Entry]:
    """The entries in lines below a chart."""
    x: float = MARGIN
    for kind, text in legend:
        need = (SAMPLE_WIDTH if kind else 0) + CHARACTER_WIDTH * len(text)
        if x > MARGIN and x + need > width - MARGIN:
            x, y = MARGIN, y + LEGEND_LINE
        yield _Entry(kind, text, x, y, x + (SAMPLE_WIDTH if kind else 0))
        x += need + GAP
