"""退出码: what a command returns to the shell, with its meaning for people."""

from __future__ import annotations

OK, INTERNAL, BAD_INPUT, IMPOSSIBLE, NO_PLAN, VIOLATIONS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (
        OK,
        "完成：plan 已写出计划（优劣见状态与差距），check 无错误，verify、report 无违规，问题已答",
    ),
    (INTERNAL, "程序内部错误：屏幕上给出日志文件的位置"),
    (BAD_INPUT, "输入或用法有误：未写出任何文件；whatif 有错的情景没有算，其余照写"),
    (IMPOSSIBLE, "已证明无法排出计划：列出相互冲突的规则、人员、对象和单元格，以及改法"),
    (
        NO_PLAN,
        "时限内没有计划或结论（不等于无解，可放宽 --limit），或有单位、情景没通过核查（其余照写）",
    ),
    (
        VIOLATIONS,
        "verify、verify-days、report、next、charts 发现违规：report 只写核查报告，其余不写文件",
    ),
    (
        INTERRUPTED,
        "被 Ctrl-C 中断，还没有可用的计划，未写出文件；whatif、clauses 已写出算完的，再运行接着算",
    ),
)
"""Every exit code with its meaning; docs/cli.md prints this table."""
