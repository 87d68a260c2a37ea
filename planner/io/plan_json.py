"""plan.json: the canonical form of a plan.

Keys and rows stand in a fixed order and no clock is read, so one plan of one instance always gives
the same bytes. Seconds are left out for the same reason and come back as 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof, TierResult
from planner.io import days_json
from planner.io.privacy import mask_phones

SCHEMA_VERSION = 1
_FREE_TEXT = ("note", "reason")


class PlanFileError(ValueError):
    """plan.json cannot be used; the text is Chinese and says where and why."""


class NotPlanJsonError(PlanFileError):
    """The text is not JSON, or not a plan."""


class SchemaVersionError(PlanFileError):
    """The file was written by another version of the format."""


class PlanFieldError(PlanFileError):
    """A field is missing, unknown or has a value that it cannot have."""


def plan_to_json(
    plan: Plan, instance: Instance, companions: Mapping[str, bytes] | None = None
) -> str:
    """The canonical text, ending in a newline.

    ``provisional_years`` are those whose holidays are reckoned, not published (暂定). Phone numbers
    that somebody wrote into a remark are masked (L-5). The hashes of the
    ``companions``, the workbooks written with it, tell later whether people have changed them.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "input_hash": plan.input_hash,
        "seed": plan.proof.seed if plan.proof else instance.seed,
        "round": plan.round,
        "round_start": plan.round_start.isoformat(),
        "round_end": plan.round_end.isoformat(),
        "provisional_years": list(instance.provisional_years),
        "departments": sorted(plan.departments),
        "parameters": instance.policy.model_dump(mode="json"),
        "stints": _rows(plan.stints, "department", "site_id", "slot", "start"),
        "shortages": _rows(plan.shortages, "department", "rank", "site_id", "start"),
        "changes": _rows(plan.changes, "site_id", "slot", "new_end"),
        "overrides_used": _rows(plan.overrides_used, "rule", "site_id", "start"),
        "proof": _proof(plan.proof) if plan.proof else None,
        "files": {name: file_hash(content) for name, content in sorted((companions or {}).items())},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def file_hash(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def companions_of(text: str) -> Mapping[str, str] | None:
    """The hashes of the files that were written with a plan.json; None when it is none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "schema_version" not in document:
        return None
    files = document.get("files")
    return files if isinstance(files, dict) else {}


def plan_from_json(text: str) -> Plan:
    """Read a plan back; PlanFileError (a ValueError) with a Chinese text on bad input."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotPlanJsonError(
            f"不是有效的 JSON 文件（{_place(error)}），请使用本软件生成的 plan.json。"
        ) from error
    if not isinstance(document, dict) or "schema_version" not in document:
        raise NotPlanJsonError(
            "不是派驻计划文件：缺少 schema_version，请使用本软件生成的 plan.json。"
        )
    if document.get("kind") == days_json.KIND:
        raise NotPlanJsonError("这是月度日程（days.json），不是计划，请使用排出它的 plan.json。")
    version = document["schema_version"]
    if version != SCHEMA_VERSION:
        raise SchemaVersionError(
            f"plan.json 的格式版本为 {version}，本软件只读取版本 {SCHEMA_VERSION}，请重新生成计划。"
        )
    fields = {name: document[name] for name in Plan.model_fields if name in document}
    try:
        return Plan.model_validate_json(json.dumps({**fields, "proof": _timed(fields)}))
    except ValidationError as error:
        raise PlanFieldError(_first_problem(error)) from error


def _rows(models: Iterable[BaseModel], *order: str) -> list[dict[str, Any]]:
    """The models as JSON objects, by the fields in ``order``; ties by the whole row."""
    rows = [model.model_dump(mode="json") for model in models]
    rows.sort(key=lambda row: (*(row[name] for name in order), json.dumps(row)))
    return [_masked(row) for row in rows]


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: mask_phones(row[name]) for name in _FREE_TEXT if row.get(name)}


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "status": proof.status,
        "seed": proof.seed,
        "solver": proof.solver,
        "tiers": _tiers(proof.tiers),
        "penalties": _rows(proof.penalties, "tier", "name"),
        "components": [
            component.model_dump(mode="json", exclude={"seconds", "tiers", "penalties"})
            | {
                "tiers": _tiers(component.tiers),
                "penalties": _rows(component.penalties, "tier", "name"),
            }
            for component in sorted(proof.components, key=lambda one: one.department)
        ],
    }


def _tiers(tiers: Iterable[TierResult]) -> list[dict[str, Any]]:
    return [
        tier.model_dump(mode="json", exclude={"seconds"})
        for tier in sorted(tiers, key=lambda row: row.tier)
    ]


def _timed(fields: Mapping[str, Any]) -> Any:
    """The proof with the seconds that the file leaves out."""
    proof = fields.get("proof")
    if not isinstance(proof, dict):
        return proof
    components = proof.get("components")
    if isinstance(components, list):
        components = [_with_seconds(one) for one in components]
    return {**proof, "tiers": _with_seconds_each(proof.get("tiers")), "components": components}


def _with_seconds(component: Any) -> Any:
    if not isinstance(component, dict):
        return component
    return {**component, "seconds": 0.0, "tiers": _with_seconds_each(component.get("tiers"))}


def _with_seconds_each(tiers: Any) -> Any:
    if not isinstance(tiers, list):
        return tiers
    return [{**one, "seconds": 0.0} if isinstance(one, dict) else one for one in tiers]


def _place(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第{error.lineno}行第{error.colno}列"
    return "嵌套过深或数值有误"


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"]) or "plan"
    known = {"missing": "缺少该字段", "extra_forbidden": "出现了不认识的字段"}
    reason = known.get(first["type"], f"取值有误（{first['input']!r}）")
    more = f"；另有{len(problems) - 1}处问题" if len(problems) > 1 else ""
    return f"plan.json 的 {place} {reason}{more}，请重新生成计划或改正该处。"
