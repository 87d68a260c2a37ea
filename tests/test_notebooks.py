"""The notebooks run from the first cell to the last."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PRINTED = {
    "01_quarter_plan": ("OPTIMAL", r"R09-1 "),
    "02_what_if": (
        "OPTIMAL",
        r"变动段数：(\d+)，下界 \1\n",
        r"增补一人，房屋市政工程：优先分 \+[1-9]",
        r"补一人：.*核查通过",
        r"补 4 人：OPTIMAL",
    ),
    "03_year": (
        r"2027-01 OPTIMAL 核查通过.*日志不符 0 处",
        r"2027-02 OPTIMAL 核查通过.*日志不符 0 处，累计 [1-9]",
        "核查通过 已证明最少",
        "2027H2 OPTIMAL 核查通过",
        r"2027-08-05 7月附件2.* R16-2",
    ),
}
"""What the cells of each notebook print."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.stem))
def test_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}})
    client.execute()
    printed = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])
    )
    for pattern in PRINTED[path.stem]:
        assert re.search(pattern, printed), pattern
    assert "核查未通过" not in printed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.stem))
def test_outputs_are_not_committed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
