"""结果文件夹: what stands at ``--out`` already, and what a new plan may replace there.

A folder that this program wrote holds a plan.json with the hashes of the workbooks beside it. A
workbook with another hash has been changed by a person, and is not replaced without being asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from planner.io.plan_json import companions_of, file_hash
from planner.io.plan_workbook import REST_WORKBOOK
from planner.reports.folder import ATTACHMENT_1, FILES, PLAN_JSON, PLAN_WORKBOOK

EDITABLE = (PLAN_WORKBOOK, ATTACHMENT_1)
"""What people change by hand."""
NAMES_SHOWN = 4
"""More files that stand in a folder are counted."""


def refusal(folder: Path, *, force: bool) -> str:
    """Why nothing may be written to a folder, in Chinese with the remedy; empty when it may."""
    standing = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    if not standing.is_dir():
        return f"--out {folder}：“{standing.name}”是文件，不是文件夹。请换一个文件夹名。"
    try:
        tempfile.TemporaryFile(dir=standing).close()
    except OSError:
        return f"--out {folder}：没有写入权限或磁盘只读。请换一个位置，或检查文件夹的权限。"
    blocked = in_the_way(folder, FILES)
    if blocked:
        return blocked
    changed = () if force else tuple(_changed_by_hand(folder))
    if changed:
        names = "、".join(str(path.relative_to(folder)) for path in changed)
        return (
            f"--out {folder}：其中的 {names} 在写出以后改动过（或不是本软件写出的），未覆盖。"
            "请换一个文件夹，或先把改过的文件另存到别处；确实不要这些改动的，加 --force 覆盖。"
        )
    return ""


def standing(folder: Path, names: Iterable[str], *, force: bool) -> str:
    """Why files may not be written where others of their names stand; empty when they may."""
    names = tuple(names)
    blocked = in_the_way(folder, names)
    if blocked:
        return blocked
    there = [name for name in names if (folder / name).exists()]
    if force or not there:
        return ""
    shown = _listed(there, "个文件")
    return f"文件夹 {folder}：其中已有 {shown}，未覆盖。请换一个文件夹，或加 --force 覆盖。"


def in_the_way(folder: Path, names: Iterable[str]) -> str:
    """Why files, named relative to a folder, have no place there, in Chinese with the remedy: a
    folder has the name of one, or a file that of the folder of one. Empty when they have."""
    names = tuple(names)
    parts = dict.fromkeys(
        str(one) for name in names for one in PurePath(name).parents if one != PurePath()
    )
    found = (
        ("是文件夹，与要写的文件同名", [name for name in names if (folder / name).is_dir()]),
        ("是文件，与要写的文件夹同名", [part for part in parts if (folder / part).is_file()]),
    )
    said = "；".join(f"“{_listed(there, '个')}”{what}" for what, there in found if there)
    if not said:
        return ""
    return f"文件夹 {folder}：其中的{said}，未改动。请换一个位置，或先把它移走。"


def _listed(names: Sequence[str], counted: str) -> str:
    more = f" 等 {len(names)} {counted}" if names[NAMES_SHOWN:] else ""
    return "、".join(names[:NAMES_SHOWN]) + more


def obsolete_files(folder: Path, written: Iterable[str]) -> list[Path]:
    """Files of an earlier plan that the new one does not have: those in department folders of ours,
    and the workbook of the rest of a round as this program wrote it."""
    kept = {folder / name for name in written}
    hashes = _hashes(folder) or {}
    workbooks = [
        path
        for path in rest_workbooks(folder)
        if path not in kept and hashes.get(path.name) == file_hash(path.read_bytes())
    ]
    return workbooks + [
        part / name
        for part in _parts(folder)
        if part != folder and _hashes(part) is not None
        for name in FILES
        if (part / name).exists() and part / name not in kept
    ]


def _parts(folder: Path) -> list[Path]:
    """The folder and the department folders in it."""
    if not folder.is_dir():
        return []
    return [folder, *sorted(one for one in folder.iterdir() if one.is_dir())]


def rest_workbooks(folder: Path) -> list[Path]:
    """The workbooks that replans have written to a folder."""
    found = folder.glob("*.xlsx") if folder.is_dir() else ()
    return sorted(path for path in found if REST_WORKBOOK.fullmatch(path.name))


def _changed_by_hand(folder: Path) -> Iterable[Path]:
    for part in _parts(folder):
        hashes = _hashes(part) or {}
        for path in (*(part / name for name in EDITABLE), *rest_workbooks(part)):
            name = path.name
            if path.is_file() and hashes.get(name) != file_hash(path.read_bytes()):
                yield path


def _hashes(part: Path) -> dict[str, str] | None:
    """What plan.json says of the files beside it; None when this program wrote no plan there."""
    path = part / PLAN_JSON
    if not path.is_file():
        return None
    try:
        found = companions_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return dict(found) if found is not None else None
