"""Writing files whole or not at all, and workbooks whose bytes depend on their content alone."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

_PRODUCER = "驻点监督轮换计划"
_FIXED_TIME = dt.datetime(2000, 1, 1)
_FIXED_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
_CORE_PROPERTIES = "docProps/core.xml"
_DRAFT_PREFIX = ".planner-"
LONGEST_FOLDER_NAME = 40
_NOT_IN_FOLDER_NAMES = re.compile(r'[/\\:*?"<>|.\x00-\x1f]')
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{one}{n}" for one in ("COM", "LPT") for n in range(10))}
)
"""Names that mean a device on Windows."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and rename it into place; OSError leaves the old file."""
    with _naming(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT_PREFIX, suffix=".tmp")
    draft = Path(name)
    try:
        with _naming(path), os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o666 & ~_umask())
        with _naming(path):
            draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_folder(
    folder: Path, files: Mapping[str, bytes], *, last: str, obsolete: Iterable[Path] = ()
) -> list[Path]:
    """Write files, named relative to ``folder``, all or none; return them.

    They are written beside their places first and then moved. Where a move fails, what was there
    before comes back, and OSError names the file that could not be written. The file ``last``
    moves at the end: where it is new, the others are complete. ``obsolete`` files go afterwards,
    with the folders that they leave empty; everything else in ``folder`` stays.
    """
    in_the_way = next((folder / one for one in files if (folder / one).is_dir()), None)
    if in_the_way is not None:  # it would be moved away with all that is in it
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(in_the_way))
    home = folder if folder.is_dir() else folder.parent
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=_DRAFT_PREFIX, suffix=".tmp") as name:
        new, old = Path(name, "new"), Path(name, "old")
        for relative, content in files.items():
            with _naming(folder / relative):
                draft = new / relative
                draft.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(content)
        order = sorted(files, key=lambda one: (one == last, one))
        with ExitStack() as undo:
            for relative in order:
                with _naming(folder / relative):
                    _swap(new / relative, folder / relative, old / relative, undo)
            undo.pop_all()
    for path in obsolete:
        with suppress(OSError):  # an open file stays; the new plan is complete without this
            path.unlink()
            path.parent.rmdir()
    return [folder / relative for relative in files]


def _swap(source: Path, target: Path, kept: Path, undo: ExitStack) -> None:
    """Move ``source`` to ``target`` and tell how to take it back."""
    for parent in [one for one in reversed(target.parents) if not one.exists()]:
        parent.mkdir()
        undo.callback(_remove_if_empty, parent)
    if target.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        target.replace(kept)
        undo.callback(kept.replace, target)
    else:
        undo.callback(target.unlink, missing_ok=True)
    source.replace(target)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an OSError name the file that a person knows, not a draft of it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def is_folder_name(text: str) -> bool:
    """Whether a text can be the name of a folder on every system, and nothing more than a name: no
    path, no ``..``, nothing that looks like one of the files beside it."""
    return not (
        not text
        or len(text) > LONGEST_FOLDER_NAME
        or text != text.strip()
        or _NOT_IN_FOLDER_NAMES.search(text)
        or text.upper() in _DEVICES
    )


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
    return repacked(raw, {_CORE_PROPERTIES: tostring(properties.to_tree())})


def repacked(raw: io.BytesIO, replaced: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """An office file with fixed zip dates, and some of its members replaced."""
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
