"""Writing files whole or not at all, and workbooks whose bytes depend on their content alone."""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

_PRODUCER = "驻点监督轮换计划"
_FIXED_TIME = dt.datetime(2000, 1, 1)
_FIXED_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
_CORE_PROPERTIES = "docProps/core.xml"


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and rename it into place; OSError leaves the old file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def folder_in_place(folder: Path, last: str) -> Iterator[Path]:
    """A temporary sibling of ``folder``; its files move into ``folder`` when the block succeeds.

    The file named ``last`` moves at the end: where it is new, the others are complete. Other
    files in ``folder`` stay. When the block fails nothing is moved.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}."
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=prefix, suffix=".tmp") as name:
        draft = Path(name)
        yield draft
        folder.mkdir(exist_ok=True)
        for file in sorted(draft.iterdir(), key=lambda one: (one.name == last, one.name)):
            file.replace(folder / file.name)


def workbook_bytes(workbook: Workbook) -> bytes:
    """The xlsx file of a workbook with fixed document properties and zip dates.

    The same content gives the same bytes on every run and every day.
    """
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.xml.functions import tostring

    properties = DocumentProperties(
        creator=_PRODUCER,
        title=workbook.properties.title,
        created=_FIXED_TIME,
        modified=_FIXED_TIME,
    )
    raw = io.BytesIO()
    workbook.save(raw)
    return _repacked(raw, {_CORE_PROPERTIES: tostring(properties.to_tree())})


def _repacked(raw: io.BytesIO, replaced: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIXED_ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 0
            target.writestr(member, replaced.get(name) or source.read(name))
    return packed.getvalue()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
