"""days.json: the canonical form of a day plan; the same day plan always gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.domain.day_plan import DayPlan
from planner.io.issues import IssueLog

SCHEMA_VERSION = 1
LARGEST_BYTES = 100 * (1 << 20)
KIND = "days"


def days_to_json(days: DayPlan) -> str:
    """The canonical text, ending in a newline. Seconds are left out; they come back as 0."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        **days.model_dump(mode="json"),
    }
    for unit in (document["proof"] or {}).get("units", ()):
        for tier in unit["tiers"]:
            del tier["seconds"]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_days(path: Path, log: IssueLog) -> DayPlan | None:
    """The day plan of a file; None when it is none, and what is wrong stands in ``log``."""
    remedy = "请使用 planner days 写出的 days.json"
    if not path.is_file():
        log.error(path.name, "", f"找不到文件“{path.name}”", "请检查文件名和所在文件夹")
        return None
    if path.stat().st_size > LARGEST_BYTES:
        log.error(path.name, "", "文件过大，不像 days.json", remedy)
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        log.error(path.name, "", "不是有效的 JSON 文件", remedy)
        return None
    if not isinstance(document, dict) or document.pop("kind", None) != KIND:
        log.error(path.name, "", "不是月度日程文件", remedy)
        return None
    if document.pop("schema_version", None) != SCHEMA_VERSION:
        message = f"格式版本不同，本软件只读取版本 {SCHEMA_VERSION}"
        log.error(path.name, "", message, "请重新运行 planner days")
        return None
    _add_seconds(document.get("proof"))
    try:
        return DayPlan.model_validate_json(json.dumps(document))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        log.error(path.name, "", f"{place} 缺少或取值有误", remedy)
        return None


def _add_seconds(proof: Any) -> None:
    """The seconds that the file leaves out."""
    units = proof.get("units") if isinstance(proof, dict) else None
    for unit in units if isinstance(units, list) else ():
        tiers = unit.get("tiers") if isinstance(unit, dict) else None
        for tier in tiers if isinstance(tiers, list) else ():
            if isinstance(tier, dict):
                tier["seconds"] = 0.0
