"""个人信息 (L-5): phone numbers that people wrote into free text are masked outside 附件1."""

from __future__ import annotations

import re

_NOT_IN_A_CODE = r"(?!\d|[0-9A-Z]{6,7}(?![0-9A-Za-z]))"
"""Not what comes after eleven digits at the head of a credit code."""
_MOBILE = rf"(?<!\d)((?:\+|00)86[ -]?)?(1[3-9]\d)[ -]?\d{{4}}[ -]?(\d{{4}}){_NOT_IN_A_CODE}"
_AREA = r"0(?:10|2\d|[3-9]\d\d)"
_PARTED = rf"(?<!\d)([(（]{_AREA}[)）][ -]?|{_AREA}[ -])\d{{3,4}}[ -]?(\d{{4}})(?!\d)"
_BARE = r"(?<![0-9A-Za-z])(0(?:10|2\d)(?=\d{8})|0[3-9]\d\d)\d{3,4}(\d{4})(?![0-9A-Za-z])"
_PHONE = re.compile(f"{_MOBILE}|{_PARTED}|{_BARE}")
_LONG = re.compile(r"\d(?=(?:[ -]?\d){4})(?!\d*\*)")


def mask_phones(text: str) -> str:
    """``text`` with the middle of every phone number starred, e.g. ``138****1234``.

    A number within a longer one, such as a credit code, is no phone.
    """
    return _PHONE.sub(r"\1\2\4\6****\3\5\7", text)


def mask_phone(phone: str) -> str:
    """What stands in a field for phones, masked however it is written: an extension alone stays."""
    return _LONG.sub("*", mask_phones(phone))
