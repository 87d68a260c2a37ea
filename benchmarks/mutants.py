"""How well the rule tables watch the rules: mutmut changes a rule a little, the tables must notice.

Run by ``make mutants``, or for some rules ``make mutants MUTANTS='r05_*'``. Changes of texts alone
are left out, because the tables are about verdicts and amounts; so is ``explain``.
"""

from __future__ import annotations

import ast
import difflib
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

WORKSPACE = Path("mutants")
ENCODING = ("admits", "breaches", "post", "penalties")
SURVIVED = 0


@dataclass(frozen=True)
class Mutant:
    """One change of one function of a rule; ``changed`` shows the lines before and after."""

    rule: str
    function: str
    noticed: bool
    changed: tuple[str, ...]

    @property
    def witness(self) -> str:
        """Which of the two witnesses the function belongs to."""
        return "encoding" if self.function.lstrip("_").startswith(ENCODING) else "checker"


class _Texts(ast.NodeTransformer):
    """Makes all texts equal."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        return ast.Constant("")


def mutants_of(report: Path) -> Iterator[Mutant]:
    """The mutants of one rule file that change more than texts and were tried."""
    source = report.with_suffix("")
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    for key, code in json.loads(report.read_text(encoding="utf-8"))["exit_code_by_key"].items():
        if code is None:
            continue
        name = key.rpartition(".")[2]
        original = functions[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
        before, after = (_lines(node) for node in (original, functions[name]))
        if _without_texts(original) != _without_texts(functions[name]):
            difference = difflib.ndiff(before, after)
            yield Mutant(
                rule=source.stem,
                function=name.rpartition("__mutmut_")[0].rpartition("ǁ")[2].removeprefix("x_"),
                noticed=code != SURVIVED,
                changed=tuple(line for line in difference if line[0] in "+-"),
            )


def _lines(function: ast.FunctionDef) -> list[str]:
    return ast.unparse(function).splitlines()[1:]


def _without_texts(function: ast.FunctionDef) -> list[str]:
    return [ast.dump(_Texts().visit(deepcopy(statement))) for statement in function.body]


def main(patterns: Sequence[str]) -> int:
    """Try the mutants of the rule files that match, print the scores and what went unnoticed."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    names = [f"constraints.{pattern}.*" for pattern in patterns or ["*"]]
    subprocess.run([sys.executable, "-m", "mutmut", "run", *names], check=True)
    scores: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for report in sorted((WORKSPACE / "constraints").glob("*.meta")):
        for mutant in mutants_of(report):
            if mutant.function != "explain":
                scores[mutant.rule, mutant.witness].append(mutant.noticed)
                if not mutant.noticed:
                    print(f"{mutant.rule} {mutant.function}", *mutant.changed, sep="\n    ")
    for (rule, witness), noticed in scores.items():
        share = 100 * sum(noticed) // len(noticed)
        print(f"{rule:32} {witness:9} {sum(noticed):4} of {len(noticed):4}  {share:3} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
