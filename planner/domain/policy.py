"""政策参数: every parameter of catalogue §0.3 and the weights of the penalties.

A row of the sheet 参数 overrides a field by its name. ``unit`` and ``source`` are printed beside
the value; 猜 marks a guess that a domain user has to confirm.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from planner.domain.base import Frozen


def _parameter(default: Any, title: str, unit: str, source: str, **limits: Any) -> Any:
    return Field(
        default=default,
        title=title,
        json_schema_extra={"unit": unit, "source": source},
        **limits,
    )


class Policy(Frozen):
    """参数 with defaults."""

    # Forms and load
    regular_min_days_per_month: int = _parameter(
        5, "定期驻点每月最少驻点日", "工作日", "第(三)条", ge=1, le=20
    )
    regular_week_mode: str = _parameter(
        "workdays",
        "“1周”的口径",
        "workdays/natural_week/seven_days",
        "第(三)条",
        pattern="^(workdays|natural_week|seven_days)$",
    )
    regular_contiguous: bool = _parameter(True, "定期驻点日尽量连续", "是/否", "推")
    regular_max_objects: int = _parameter(2, "定期人员同时负责对象上限", "个", "R03-8", ge=1, le=4)
    regular_max_load_percent: int = _parameter(
        65, "定期人员驻点日占工作日上限", "%", "R03-8", ge=10, le=100
    )
    mobile_group_min: int = _parameter(2, "流动组对象数下限", "个", "S4", ge=2, le=20)
    mobile_group_max: int = _parameter(4, "流动组对象数上限", "个", "S4", ge=2, le=20)
    mobile_min_days_per_visit: int = _parameter(2, "流动每次最少天数", "工作日", "S8", ge=1, le=31)
    mobile_min_days_per_object_month: int = _parameter(
        4, "流动每对象每月最少驻点日", "工作日", "猜", ge=1, le=31
    )
    mobile_max_gap_days: int = _parameter(
        20, "流动对象两次驻点最长间隔", "工作日", "猜", ge=1, le=180
    )
    pair_both_percent: int = _parameter(60, "两人一企蹲守同时在岗比例", "%", "R04-4", ge=0, le=100)
    # Rest
    rest_within_days: int = _parameter(60, "值守后补休期限", "天", "L-3", ge=1, le=365)
    longest_run_days: int = _parameter(6, "连续驻点最多", "天", "L-3", ge=1, le=31)
    # Rotation
    max_stint_months: int = _parameter(6, "每轮驻点最长", "月", "第(五)条", ge=1, le=24)
    min_stint_months: int = _parameter(3, "自愿轮换前最短驻点", "月", "猜", ge=0, le=24)
    rotation_shift_tolerance_days: int = _parameter(
        45, "避开重点时段顺延上限", "天", "推", ge=0, le=180
    )
    handover_overlap_days: int = _parameter(1, "交接重叠", "工作日", "猜", ge=0, le=180)
    cool_off_months: int = _parameter(6, "回原对象冷却期", "月", "推", ge=0, le=24)
    extension_max_months: int = _parameter(3, "延长驻点上限", "月", "猜", ge=0, le=24)
    stagger_days: int = _parameter(28, "两人一企错峰间隔", "天", "R05-8", ge=0, le=180)
    weekly_change_share_percent: int = _parameter(
        30, "单位一周内轮换比例上限", "%", "R05-8", ge=1, le=100
    )
    # Training and skill
    training_valid_months: int = _parameter(12, "培训有效期", "月", "猜", ge=1, le=60)
    skilled_sectors: tuple[str, ...] = _parameter(
        ("HY08a",), "除化工危化、煤矿外须有熟练人员的行业(非煤矿山)", "行业编码", "R09-3"
    )
    director_sectors: tuple[str, ...] = _parameter(
        ("HY01b", "HY02a", "HY03", "HY04a", "HY04d", "HY05", "HY08a", "HY08c"),
        "除化工危化、煤矿外从业人员满100人即应设安全总监的高危行业"
        "(矿山、金属冶炼、建筑施工、运输、民爆)",
        "行业编码",
        "山东省安全生产条例第21条",
    )
    # Absence (settled reading 8)
    absence_short_days: int = _parameter(2, "可忽略的短假", "工作日", "R05-3", ge=0, le=180)
    absence_long_days: int = _parameter(10, "不能驻点的长假", "工作日", "R05-3", ge=1, le=180)
    # Calendar and routine
    list_update_due_day: int = _parameter(10, "名单更新期限", "季度首月日", "猜", ge=1, le=28)
    monthly_report_due_day: int = _parameter(5, "月报期限", "日", "第(十六)条", ge=1, le=28)
    ledger_week_day: int = _parameter(5, "周台账日", "星期", "猜", ge=1, le=7)
    spot_check_rate_percent: int = _parameter(10, "季度抽查比例", "%", "猜", ge=1, le=100)
    enterprise_list_due_days: int = _parameter(10, "一企一清单期限", "工作日", "猜", ge=1, le=180)
    holiday_buffer_before_days: int = _parameter(3, "长假前缓冲", "天", "猜", ge=0, le=180)
    holiday_buffer_after_days: int = _parameter(1, "长假后缓冲", "天", "猜", ge=0, le=180)
    # Budget (R18-1)
    budget_meals_yuan: int = _parameter(100, "驻点伙食补助", "元/人日", "猜", ge=0, le=2000)
    budget_travel_yuan: int = _parameter(80, "驻点市内交通", "元/人日", "猜", ge=0, le=2000)
    budget_lodging_yuan: int = _parameter(300, "异地驻点住宿", "元/夜", "猜", ge=0, le=2000)
    # Grades (catalogue §3)
    grade_first_score: int = _parameter(40, "一级分数线", "分", "§3", ge=1, le=100)
    grade_second_score: int = _parameter(28, "二级分数线", "分", "§3", ge=1, le=100)
    grade_third_score: int = _parameter(15, "三级分数线", "分", "§3", ge=1, le=100)
    # Value of service by place in the order of preference (tier 1)
    service_value_second_percent: int = _parameter(60, "次选形式的价值", "%", "R02-5", ge=1, le=100)
    service_value_third_percent: int = _parameter(
        30, "第三及以后形式的价值", "%", "R02-5", ge=1, le=100
    )
    # Weights inside the tiers
    weight_override: int = _parameter(10, "动用豁免", "分/人次", "第2层", ge=0, le=1000)
    weight_late_rotation: int = _parameter(20, "超期轮换", "分/段", "第2层", ge=0, le=1000)
    weight_running_change: int = _parameter(5, "调整在驻人员", "分/段", "第2层", ge=0, le=1000)
    weight_uncovered_absence: int = _parameter(
        2, "无替班的3–10日请假", "分/次", "第2层", ge=0, le=1000
    )
    weight_low_skill: int = _parameter(2, "能力未达熟练", "分/级", "第3层", ge=0, le=1000)
    weight_not_backbone: int = _parameter(1, "非业务骨干", "分/段", "第3层", ge=0, le=1000)
    weight_all_new_pair: int = _parameter(6, "两人均无经验", "分/对", "第3层", ge=0, le=1000)
    weight_unmentored: int = _parameter(3, "首次单人驻点无带教", "分/段", "第3层", ge=0, le=1000)
    weight_unstaggered_pair: int = _parameter(4, "两人同期轮换", "分/对", "第3层", ge=0, le=1000)
    weight_no_overlap: int = _parameter(1, "交接无重叠", "分/次", "第3层", ge=0, le=1000)
    weight_changes_in_week: int = _parameter(
        1, "一周内轮换过于集中", "分/段", "第3层", ge=0, le=1000
    )
    weight_distance: int = _parameter(1, "远近", "分/10公里", "第4层", ge=0, le=1000)
    weight_load_spread: int = _parameter(2, "负荷不均", "分/30日", "第4层", ge=0, le=1000)
    weight_variety: int = _parameter(2, "12个月内回原对象", "分/段", "第4层", ge=0, le=1000)
    # Weights of a month's days
    weight_split_week: int = _parameter(3, "定期驻点不连续", "分/段", "月度", ge=0, le=1000)
    weight_other_week: int = _parameter(1, "定期驻点换了周次", "分/天", "月度", ge=0, le=1000)
    weight_extra_day: int = _parameter(3, "定期驻点多于最少天数", "分/天", "月度", ge=0, le=1000)
    weight_idle_day: int = _parameter(1, "流动人员空闲", "分/人天", "月度", ge=0, le=1000)
    weight_apart: int = _parameter(4, "同组人员不同行", "分/天", "月度", ge=0, le=1000)
    weight_half_day: int = _parameter(1, "流动驻点半天", "分/半天", "月度", ge=0, le=1000)
    weight_stage_day: int = _parameter(2, "事故易发日无人", "分/天", "月度", ge=0, le=1000)
    weight_missed_operation: int = _parameter(
        2, "危险作业无人到场，乘作业风险", "分/次", "月度", ge=0, le=1000
    )
    weight_duty_spread: int = _parameter(1, "值守不均", "分/天数平方", "月度", ge=0, le=1000)
    weight_open_rest: int = _parameter(2, "月末未补休", "分/天", "月度", ge=0, le=1000)
    weight_rest_in_key_period: int = _parameter(3, "重点时段内补休", "分/天", "月度", ge=0, le=1000)
    # Prices of repairs: the cheapest is proposed first
    repair_cost_train: int = _parameter(2, "培训一人", "分/人", "修复", ge=1, le=1000)
    repair_cost_extend: int = _parameter(3, "延长一段驻点", "分/段", "修复", ge=1, le=1000)
    repair_cost_borrow: int = _parameter(5, "从其他单位借用一人", "分/人", "修复", ge=1, le=1000)
    repair_cost_override: int = _parameter(6, "豁免一条规则", "分/条", "修复", ge=1, le=1000)
    repair_cost_form: int = _parameter(8, "减弱一个对象的驻点形式", "分/个", "修复", ge=1, le=1000)
    repair_cost_freeze: int = _parameter(
        10, "移动一个重点时段的起止", "分/个", "修复", ge=1, le=1000
    )
