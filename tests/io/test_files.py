"""Files appear all or none; hand edits and names that are no names."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.io.files import is_folder_name, write_atomically, write_folder
from planner.reports.destination import refusal, standing
from planner.reports.folder import ATTACHMENT_1


def test_a_failing_move_brings_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_folder(out, {"a": b"old a", "单位/b": b"old b", "last": b"old"}, last="last")
    replace = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if target == out / "last" and self.name == "last" and "new" in self.parts:
            raise PermissionError(13, "locked", str(self), None, str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    new = {"a": b"new a", "单位/b": b"new b", "新单位/c": b"new c", "last": b"new"}
    with pytest.raises(OSError, match="locked") as caught:
        write_folder(out, new, last="last")
    assert caught.value.filename == str(out / "last")
    assert (out / "a").read_bytes() == b"old a"
    assert (out / "单位" / "b").read_bytes() == b"old b"
    assert (out / "last").read_bytes() == b"old"
    assert {path.name for path in out.iterdir()} == {"a", "单位", "last"}


def test_obsolete_files_go_with_the_folder_that_they_leave_empty(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, {"last": b"1", "老/x": b"1", "有/x": b"1", "有/y": b"1"}, last="last")
    write_folder(out, {"last": b"2"}, last="last", obsolete=[out / "老/x", out / "有/x"])
    assert {str(path.relative_to(out)) for path in out.rglob("*")} == {"last", "有", "有/y"}


def test_an_error_names_the_file_and_not_its_draft(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such") as caught:
        write_atomically(tmp_path / "missing" / "file.xlsx", b"")
    assert caught.value.filename == str(tmp_path / "missing" / "file.xlsx")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "plan.json", "CON", " x", "x" * 41, "a:b"]
)
def test_no_name_of_a_folder(name: str) -> None:
    assert not is_folder_name(name)


def test_a_name_of_a_folder() -> None:
    assert is_folder_name("市应急局（本级）")


def test_a_folder_of_the_name_of_a_file_keeps_what_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    kept = out / "last" / "别人的文件.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("原样", "utf-8")
    with pytest.raises(IsADirectoryError, match="last"):
        write_folder(out, {"a": b"new", "last": b"new"}, last="last")
    assert kept.read_text("utf-8") == "原样"
    assert sorted(path.name for path in out.iterdir()) == ["last"]
    for said in (standing(out, ("a", "last"), force=True), standing(out, ("last",), force=False)):
        assert "“last”是文件夹，与要写的文件同名" in said
        assert "--force" not in said


def test_a_plan_is_not_written_where_a_folder_has_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / ATTACHMENT_1).mkdir()
    assert f"“{ATTACHMENT_1}”是文件夹" in refusal(tmp_path, force=True)
    assert f"“{ATTACHMENT_1}”是文件夹" in refusal(tmp_path, force=False)


def test_a_file_of_the_name_of_a_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "甲局").write_text("别人的文件", "utf-8")
    names = ("甲局/交接单/a.docx", "乙局/a.docx", "a.xlsx")
    for force in (True, False):
        said = standing(tmp_path, names, force=force)
        assert f"文件夹 {tmp_path}：其中的“甲局”是文件，与要写的文件夹同名，未改动" in said
        assert "--force" not in said
    assert standing(tmp_path, names[1:], force=False) == ""
