"""个人信息: which numbers are masked, and which are no phones."""

from __future__ import annotations

import pytest

from planner.io.privacy import mask_phone, mask_phones


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13812345678", "138****5678"),
        ("联系138 1234 5678张三", "联系138****5678张三"),
        ("138-1234-5678", "138****5678"),
        ("tel13812345678", "tel138****5678"),
        ("13812345678wx", "138****5678wx"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138 1234 5678", "+86 138****5678"),
        ("008613812345678", "0086138****5678"),
        ("0537-2345678", "0537-****5678"),
        ("010-12345678", "010-****5678"),
        ("05372345678", "0537****5678"),
        ("01012345678", "010****5678"),
        ("053712345678", "0537****5678"),
        ("0537 2345678", "0537 ****5678"),
        ("0537 234 5678", "0537 ****5678"),
        ("(0537)2345678", "(0537)****5678"),
        ("（0537）2345678、13812345678", "（0537）****5678、138****5678"),
    ],
)
def test_phones_are_masked_however_they_are_written(text: str, masked: str) -> None:
    assert mask_phones(text) == masked
    assert mask_phones(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "91370800MA3C12345X",
        "913708000537234567",
        "91370800053723456X",
        "133708000123456A7B",
        "Y1370800123456789X",
        "Y13708001234A5678X",
        "370811199001011234",
        "DH02027010112",
        "2027-01-11 至 2027-07-09",
        "济安办〔2027〕0537号",
        "20270105372345678",
        "OBJ-0042/2027Q1",
        "120.5372345678",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_phones(text) == text


@pytest.mark.parametrize(
    ("field", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0537-2345678", "0537-****5678"),
        ("2345678", "***5678"),
        ("234 5678", "*** 5678"),
        ("13812345678/661234", "138****5678/**1234"),
        ("+8613812345678", "+86138****5678"),
        ("内线 8123", "内线 8123"),
        ("", ""),
    ],
)
def test_a_field_for_phones_is_masked_whatever_it_holds(field: str, masked: str) -> None:
    assert mask_phone(field) == masked
    assert mask_phone(masked) == masked
