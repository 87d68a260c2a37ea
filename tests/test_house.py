"""The house in order: every rule known everywhere, every module importable alone, no leftovers."""

from __future__ import annotations

import ast
import csv
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import constraints
import planner
from constraints import DAY_RULES, RULES
from planner.catalogue import entries
from planner.domain.policy import Policy
from planner.resources import data_file
from planner.rule import DayRule, Rule

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    found.name
    for package in (planner, constraints)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if found.name != "planner.__main__"
)


def index_rows() -> dict[str, dict[str, str]]:
    """data/rules_index.csv by rule."""
    with data_file("rules_index.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_parameter_is_read() -> None:
    read = {
        node.attr
        for package in ("planner", "constraints")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert set(Policy.model_fields) <= read


def test_every_rule_file_is_in_the_tuple_once() -> None:
    files = {path.stem for path in (ROOT / "constraints").glob("[rl]*_*.py")}
    known = {type(rule).__module__.rpartition(".")[2] for rule in (*RULES, *DAY_RULES)}
    assert known == files
    for rules in (RULES, DAY_RULES):
        assert len({rule.article.rule for rule in rules}) == len(rules)


@pytest.mark.parametrize(
    "rule", dict.fromkeys((*RULES, *DAY_RULES)), ids=lambda rule: str(rule.article.rule)
)
def test_article_agrees_with_the_index(rule: Rule | DayRule) -> None:
    row = index_rows()[rule.article.rule]
    assert rule.article.level == row["level"]
    assert f"{rule.article.title} / {rule.article.title_en}" == row["title"]


def test_every_rule_has_its_test_file() -> None:
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests/rules").glob("test_*.py")}
    files = {type(rule).__module__.rpartition(".")[2] for rule in (*RULES, *DAY_RULES)}
    numbers = {re.match(r"([rl]\d*_\d+)", name)[1] for name in files}  # type: ignore[index]
    assert not [one for one in numbers if not any(test.startswith(one) for test in tests)]


def test_the_catalogue_lists_all_86_rules() -> None:
    known = entries(RULES, DAY_RULES)
    assert len(known) == 86
    assert [entry.rule for entry in known] == list(index_rows())


def test_modules_import_alone() -> None:
    """No module leans on another having been imported before it."""
    program = """
import importlib, sys
for name in sys.argv[1:]:
    for one in [m for m in sys.modules if m.partition(".")[0] in ("planner", "constraints")]:
        del sys.modules[one]
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *MODULES], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("module", ["planner.verify", "constraints", "planner.domain.instance"])
def test_the_verifier_loads_no_solver(module: str) -> None:
    program = (
        f"import sys, {module}\n"
        "print([m for m in ('ortools', 'highspy', 'pandas', 'openpyxl') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_needs_no_heavy_library() -> None:
    program = (
        "import sys\nfrom planner.cli import main\nmain(['--help'])\n"
        "heavy = ('ortools', 'highspy', 'openpyxl', 'pydantic', 'numpy', 'sqlalchemy', 'alembic')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_shipped_sample_is_the_generated_one(tmp_path: Path) -> None:
    from planner.io.writer import write_workbook
    from planner.samples import sample_instance

    fresh = tmp_path / "city.xlsx"
    write_workbook(sample_instance("default", 1), fresh)
    shipped = data_file("samples", "city_2027H1.xlsx")
    assert fresh.read_bytes() == shipped.read_bytes(), "run make samples"


def test_no_machine_paths_and_no_registries_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    unwanted = re.compile(
        r"/(?:work|home|root)/\w|--index-url|files\.pythonhosted|pypi\.org/simple"
    )
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".yml", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [name] if unwanted.search(text) and name != "tests/test_house.py" else []
    assert not found
