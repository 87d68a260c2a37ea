"""Which person or object is meant: by id or by name, with the nearest ones where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from rapidfuzz import fuzz, process, utils

from planner.domain.tables import Inspector, Site
from planner.io.privacy import mask_phones

NEAREST = 5
LEAST_LIKENESS = 50

Row = TypeVar("Row", Inspector, Site)


class LookUpError(ValueError):
    """Nothing, or no single one, is meant; the message is Chinese and lists what may be."""


def found(rows: Sequence[Row], wanted: str, option: str) -> Row:
    """The row with this id (in any case) or exactly this name. LookUpError names the option."""
    text = wanted.strip()
    for same in (
        [row for row in rows if row.id == text],
        [row for row in rows if row.id.casefold() == text.casefold()],
        [row for row in rows if row.name == text],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise LookUpError(f"{option} {wanted}：有 {len(same)} 个，请写编号：{_listed(same)}")
    near = _nearest({row.id: row for row in rows}, text)
    hint = f"最接近的：{_listed(near)}" if near else "请写编号或全名"
    raise LookUpError(f"{option} {wanted}：工作簿中没有，{hint}")


def _nearest(rows: Mapping[str, Row], text: str) -> list[Row]:
    """The rows whose id or name is most like the text, the likest first."""
    likeness: dict[str, float] = {}
    for words in ({key: key for key in rows}, {key: row.name for key, row in rows.items()}):
        for _, score, key in process.extract(
            text,
            words,
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            limit=NEAREST,
            score_cutoff=LEAST_LIKENESS,
        ):
            likeness[key] = max(score, likeness.get(key, 0.0))
    best = sorted(likeness, key=lambda key: (-likeness[key], key))
    return [rows[key] for key in best[:NEAREST]]


def _listed(rows: Sequence[Row]) -> str:
    return "、".join(mask_phones(f"{row.name}（{row.id}）") for row in rows)
