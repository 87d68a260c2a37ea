"""个人信息 (L-5): phone numbers that people wrote into free text are masked outside 附件1."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)(?:(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})|(0\d{2,3}-)\d{3,4}(\d{4}))(?!\d)")


def mask_phones(text: str) -> str:
    """``text`` with the middle of every phone number starred, e.g. ``138****1234``.

    A number within a longer one, such as a credit code, is no phone.
    """
    return _PHONE.sub(r"\1\3****\2\4", text)
