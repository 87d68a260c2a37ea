"""The contract of 未安排对象, the sheet of a plan that tells whom it leaves without service."""

from __future__ import annotations

from planner.domain.plan import Shortage
from planner.io.columns import Column, Kind, Sheet, date_column, department_column, grade_column
from planner.io.columns import site_column as _site

UNSERVED = Sheet(
    "未安排对象", "shortages", Shortage,
    (
        Column("名次", "rank", Kind.INTEGER, required=True, minimum=1, note="在本单位的优先次序"),
        _site(required=True),
        Column("对象名称", "site_name", Kind.SITE_NAME, note="仅供阅读"),
        department_column("派出单位", "department", "该派人的单位", required=True),
        grade_column(required=True, note="定级结果"),
        Column("得分", "score", Kind.INTEGER, required=True, minimum=0, note="满分100"),
        date_column("起始日期", "start", "无人的第一天", required=True),
        date_column("结束日期", "end", "无人的最后一天", required=True),
        Column("原因", "reason", required=True, note="为什么没有安排"),
        Column("得分构成", "rating", note="仅供阅读"),
    ),
    note="应派而无人可派的对象和日期",
    periods=(("start", "end"),),
)  # fmt: skip
