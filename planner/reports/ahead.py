"""下一轮接续.xlsx: for whom no continuation in the next round can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Shortage
from planner.io.files import workbook_bytes
from planner.reports.labels import Names
from planner.reports.styles import new_workbook
from planner.reports.tables import Table, write_table


def ahead_workbook(
    moved: Instance, ends: Mapping[str, Sequence[Shortage]], notes: Sequence[str]
) -> bytes:
    """A line per object and span without anybody in the next round, ``moved``, in the order of
    ``ends``; ``notes`` stand below."""
    names = Names(moved)
    table = Table(
        "下一轮接续",
        ("等级", "派出单位", "对象编号", "驻点对象", "无人自", "无人至", "原因"),
        (6, 16, 11, 28, 15, 15, 60),
        tuple(
            (
                names.grade(site_id), names.department_of(site_id), site_id, names.site(site_id),
                row.start, row.end, row.reason,
            )
            for site_id, rows in ends.items()
            for row in rows
        ),
        tuple(notes),
        frozenset({1, 3, 6}),
    )  # fmt: skip
    workbook = new_workbook(f"{table.title} {moved.round.name}")
    title = f"{moved.round.name}接续不上的对象"
    write_table(workbook.create_sheet(table.title), table, title)
    return workbook_bytes(workbook)
