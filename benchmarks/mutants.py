"""How well the rule tables watch the rules: mutmut changes a rule a little, the tables must notice.

Run by ``make mutants``, or for some rules ``make mutants MUTANTS='r05_*'``. Changes of texts alone
are left out, because the tables are about verdicts and amounts; so are functions that only word a
finding.
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
ENCODING = {"admits", "breaches", "post", "penalties", "post_days"}
CHECKER = {"violations", "costs", "day_shortages", "day_violations", "day_costs"}
SURVIVED, NO_TESTS = 0, 33


@dataclass(frozen=True)
class Mutant:
    """One change of a function that serves a ``witness`` of a rule, encoding or checker;
    ``changed`` shows the lines before and after."""

    rule: str
    function: str
    witness: str
    noticed: bool
    changed: tuple[str, ...]


class _Texts(ast.NodeTransformer):
    """Makes all texts equal."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        return ast.Constant("")


def mutants_of(report: Path) -> Iterator[Mutant]:
    """The mutants of the witnesses of one rule file that change more than texts and were tried."""
    source = report.with_suffix("")
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    witnesses = witnesses_of(Path(*source.parts[1:]).read_text(encoding="utf-8"))
    for key, code in json.loads(report.read_text(encoding="utf-8"))["exit_code_by_key"].items():
        if code is None:
            continue
        name = key.rpartition(".")[2]
        original = functions[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
        before, after = (_lines(node) for node in (original, functions[name]))
        function = name.rpartition("__mutmut_")[0].rpartition("ǁ")[2].removeprefix("x_")
        if function not in witnesses:
            continue
        if _without_texts(original) != _without_texts(functions[name]):
            difference = difflib.ndiff(before, after)
            yield Mutant(
                rule=source.stem,
                function=function,
                witness=witnesses[function],
                noticed=code not in (SURVIVED, NO_TESTS),
                changed=tuple(line for line in difference if line[0] in "+-"),
            )


def witnesses_of(source: str) -> dict[str, str]:
    """Which witness each function of a rule file serves, also through others: the encoding or the
    checker, the latter where it serves both. Functions that serve the sentences alone are left
    out."""
    mentions = {
        node.name: {
            one.id if isinstance(one, ast.Name) else one.attr
            for one in ast.walk(node)
            if isinstance(one, ast.Name | ast.Attribute)
        }
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    found: dict[str, str] = {}
    for witness, entries in (("encoding", ENCODING), ("checker", CHECKER)):
        open_ones = entries & set(mentions)
        while open_ones:
            name = open_ones.pop()
            found[name] = witness
            open_ones |= {
                one for one in mentions[name] & set(mentions) if found.get(one) != witness
            }
    return found


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
            scores[mutant.rule, mutant.witness].append(mutant.noticed)
            if not mutant.noticed:
                print(f"{mutant.rule} {mutant.function}", *mutant.changed, sep="\n    ")
    for (rule, witness), noticed in scores.items():
        share = 100 * sum(noticed) // len(noticed)
        print(f"{rule:32} {witness:9} {sum(noticed):4} of {len(noticed):4}  {share:3} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
