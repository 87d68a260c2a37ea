"""A HiGHS that says nothing: its banner would stand before the first line of our own output."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import highspy

STANDARD_OUTPUT = 1


def quiet_highs() -> highspy.Highs:
    """A new solver without any output.

    The banner is printed by the constructor, before ``output_flag`` can be set, and past
    ``sys.stdout``: only the file descriptor can stop it.
    """
    with _muted():
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    return highs


@contextlib.contextmanager
def _muted() -> Iterator[None]:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a program without a console
        sys.stdout.flush()
    try:
        kept = os.dup(STANDARD_OUTPUT)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_OUTPUT)
        yield
    finally:
        os.dup2(kept, STANDARD_OUTPUT)
        os.close(kept)
        os.close(nowhere)
