"""Fictional names, credit codes and phone numbers that nobody can mistake for real ones."""

from __future__ import annotations

import random

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# No organisation code in use begins so.
_FICTIONAL_ORGANISATION = "FAKE"

_FIRST = "恒瑞鑫宏泰盛源嘉德华信隆昌荣达丰诚顺祥永"
_SECOND = "远通安和林海川岳峰泽润阳晨辉腾翔康宁益创"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静磊洋勇艳杰娟涛明超霞平刚桂英华建文辉力玉萍红鹏宇晓东海燕亮倩宁峰雪志强慧琳昊"
TOWNS = ("城关街道", "东关镇", "河西镇", "南湖街道", "北站镇", "新村镇", "古城镇", "开元街道")
ROADS = ("建设路", "安全大道", "工业一路", "滨河路", "创业街", "中心路")


def uscc_check_digit(first_17: str) -> str:
    """The 18th character of a 统一社会信用代码 (GB 32100-2015)."""
    total = sum(USCC_ALPHABET.index(char) * pow(3, n, 31) for n, char in enumerate(first_17))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_code(first_8: str) -> str:
    """An organisation code with its own check character (GB 11714); letters count from A = 10."""
    total = sum(
        weight * int(char, 36) for weight, char in zip(_ORGANISATION_WEIGHTS, first_8, strict=True)
    )
    check = (11 - total % 11) % 11
    return first_8 + ("X" if check == 10 else str(check))


class Namer:
    """Hands out names and numbers, each object name, code and phone once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        self._codes = 0
        self._phones = 0

    def company(self, suffix: str) -> str:
        """An object name such as 示例恒远化工有限公司."""
        name = ""
        while not name or name in self._taken:
            word = self._rng.choice(_FIRST) + self._rng.choice(_SECOND)
            if f"示例{word}{suffix}" in self._taken:
                word += self._rng.choice(_FIRST)
            name = f"示例{word}{suffix}"
        self._taken.add(name)
        return name

    def person(self) -> str:
        """A person's name; two people may share one, as they do."""
        given = "".join(self._rng.sample(_GIVEN, 1 if self._rng.random() < 0.25 else 2))
        return self._rng.choice(_SURNAMES) + given

    def uscc(self, area_code: str) -> str:
        """A valid 统一社会信用代码 of an organisation that cannot exist."""
        self._codes += 1
        serial, digits = self._codes, ""
        for _ in range(4):
            serial, digit = divmod(serial, 31)
            digits = USCC_ALPHABET[digit] + digits
        first_17 = f"91{area_code}{organisation_code(_FICTIONAL_ORGANISATION + digits)}"
        return first_17 + uscc_check_digit(first_17)

    def phone(self) -> str:
        """A number of the form 1990000xxxx, rising."""
        self._phones += 1
        return f"1990{self._phones:07d}"
