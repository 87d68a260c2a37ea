"""Files that ship with the planner: templates, calendars, forms and samples."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_file(*parts: str) -> Path:
    """The path of a shipped file or folder below ``data``, e.g. ``("calendars", "x.csv")``.

    An installed wheel carries the folder inside the package; a checkout has it beside the package.
    Raises FileNotFoundError when neither holds the file.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(("data", *parts)))
