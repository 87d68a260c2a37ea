"""Pages without network: templates whose values are escaped and whose phone numbers are masked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from planner.io.privacy import mask_phones
from planner.resources import data_file

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(name: str) -> Template:
    """A template of ``data/templates``; an undefined name in it is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_masked,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _masked(value: Any) -> Any:
    """Mask the phone numbers of every text that is printed (L-5)."""
    return mask_phones(value) if type(value) is str else value
