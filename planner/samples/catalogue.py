"""The fixed ground of every sample: sectors, bureaus and counties (catalogue §2.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from planner.domain.tables import Sector
from planner.domain.terms import Form, SiteKind, WeekendCoverage


@dataclass(frozen=True, slots=True)
class Trade:
    """What objects of a sector are and how fictional ones are called."""

    kind: SiteKind
    suffixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bureau:
    """One of the ten kinds of departments; ``counts`` has its city-level objects by sector."""

    code: str
    name: str
    short_name: str
    office: str
    counts: tuple[tuple[str, int], ...]
    county_counts: tuple[tuple[str, int], ...] = ()

    @property
    def sectors(self) -> tuple[str, ...]:
        """Sector codes of the bureau."""
        return tuple(code for code, _ in self.counts)


@dataclass(frozen=True, slots=True)
class County:
    """县市区 or 功能区 with a rough centre."""

    code: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class City:
    """A city with its counties; ``coal_mines`` is the number of its mines."""

    code: str
    name: str
    counties: tuple[County, ...]
    coal_mines: int


ENTERPRISE, PROJECT = SiteKind.ENTERPRISE, SiteKind.PROJECT

TRADES: Mapping[str, Trade] = {
    "HY01a": Trade(ENTERPRISE, ("精细化工有限公司", "化学有限公司", "新材料有限公司")),
    "HY01b": Trade(ENTERPRISE, ("民爆器材有限公司",)),
    "HY02a": Trade(ENTERPRISE, ("爆破工程有限公司",)),
    "HY02b": Trade(SiteKind.AREA, ("商圈重点地区", "集贸重点地区")),
    "HY03": Trade(PROJECT, ("花园二期项目", "快速路项目", "医院新院区项目", "学校扩建项目")),
    "HY04a": Trade(ENTERPRISE, ("客运有限公司", "危货运输有限公司", "旅游包车有限公司")),
    "HY04b": Trade(SiteKind.STATION, ("汽车客运站", "港作业区")),
    "HY04c": Trade(ENTERPRISE, ("水路客运有限公司",)),
    "HY04d": Trade(PROJECT, ("高速公路标段", "特大桥项目")),
    "HY05": Trade(PROJECT, ("水库加固工程", "河道治理工程", "泵站工程")),
    "HY06": Trade(ENTERPRISE, ("农业机械有限公司", "农机装备有限公司")),
    "HY07": Trade(SiteKind.SCENIC, ("风景区", "文化旅游区", "湿地公园")),
    "HY08a": Trade(ENTERPRISE, ("石料有限公司", "矿业有限公司")),
    "HY08b": Trade(ENTERPRISE, ("化工有限公司", "气体有限公司", "石化有限公司")),
    "HY08c": Trade(ENTERPRISE, ("铸造有限公司", "金属制品有限公司", "钢铁有限公司")),
    "HY09": Trade(SiteKind.PREMISES, ("热力有限公司", "游乐园", "冷链有限公司")),
    "HY10a": Trade(ENTERPRISE, ("煤矿",)),
    "HY10b": Trade(ENTERPRISE, ("热电有限公司", "发电有限公司")),
    "HY10c": Trade(ENTERPRISE, ("油气管道输送站", "天然气管输有限公司")),
}

_SECTOR_NAMES = {
    "HY01a": "非危险化学品生产的化工企业",
    "HY01b": "民用爆炸物品生产销售",
    "HY02a": "营业性爆破作业企业",
    "HY02b": "重点地区",
    "HY03": "房屋市政工程",
    "HY04a": "“两客一危”道路运输",
    "HY04b": "港口客运站",
    "HY04c": "水路客运",
    "HY04d": "重点交通工程",
    "HY05": "重点水利工程",
    "HY06": "农业机械生产",
    "HY07": "旅游景区",
    "HY08a": "非煤矿山",
    "HY08b": "危险化学品",
    "HY08c": "冶金",
    "HY09": "特种设备使用重点单位",
    "HY10a": "煤矿",
    "HY10b": "电力",
    "HY10c": "油气管道",
}
_CHEMICAL, _COAL = {"HY01a", "HY08b"}, {"HY10a"}
_WEEKENDS = {
    "HY07": WeekendCoverage.ROTA,
    "HY08b": WeekendCoverage.ROTA,
    "HY10a": WeekendCoverage.FULL,
}

SECTORS = tuple(
    Sector(
        code=code,
        name=name,
        chemical=code in _CHEMICAL,
        coal=code in _COAL,
        team_size=2 if code in _CHEMICAL | _COAL else 1,
        allowed_forms=tuple(Form),
        approval_no=f"示例函〔2023〕{number}号",
        approval_date=dt.date(2023, 9, 12),
        task_book_version="2026版",
        task_book_date=dt.date(2026, 6, 30),
        weekend_coverage=_WEEKENDS.get(code, WeekendCoverage.NONE),
    )
    for number, (code, name) in enumerate(_SECTOR_NAMES.items(), start=1)
)
SECTOR_BY_CODE = {sector.code: sector for sector in SECTORS}

EMERGENCY = Bureau(
    "YJ",
    "应急管理局",
    "应急局",
    "安全监管科",
    (("HY08a", 10), ("HY08b", 14), ("HY08c", 14)),
    (("HY08a", 1), ("HY08b", 2), ("HY08c", 2)),
)
BUREAUS = (
    Bureau(
        "GX",
        "工业和信息化局",
        "工业和信息化局",
        "化工产业科",
        (("HY01a", 12), ("HY01b", 4)),
        (("HY01a", 4),),
    ),
    Bureau("GA", "公安局", "公安局", "治安管理支队", (("HY02a", 8), ("HY02b", 6))),
    Bureau(
        "ZJ",
        "住房和城乡建设局",
        "住房城乡建设局",
        "工程质量安全科",
        (("HY03", 24),),
        (("HY03", 4),),
    ),
    Bureau(
        "JT",
        "交通运输局",
        "交通运输局",
        "安全监督科",
        (("HY04a", 10), ("HY04b", 6), ("HY04c", 4), ("HY04d", 6)),
        (("HY04a", 4),),
    ),
    Bureau("SW", "城乡水务局", "城乡水务局", "工程建设科", (("HY05", 12),)),
    Bureau("NY", "农业农村局", "农业农村局", "农业机械化科", (("HY06", 10),)),
    Bureau("WL", "文化和旅游局", "文化和旅游局", "安全应急科", (("HY07", 16),), (("HY07", 4),)),
    EMERGENCY,
    Bureau(
        "SC", "市场监督管理局", "市场监管局", "特种设备安全监察科", (("HY09", 22),), (("HY09", 4),)
    ),
    Bureau("NW", "能源局", "能源局", "煤矿安全监管科", (("HY10a", 12), ("HY10b", 6), ("HY10c", 6))),
)
# Every county has these three bureaus and, in turn, one of the others.
COUNTY_BUREAUS = tuple(one for one in BUREAUS if one.code in {"YJ", "ZJ", "SC"})
COUNTY_BUREAUS_IN_TURN = tuple(one for one in BUREAUS if one.code in {"GX", "JT", "WL"})

JINING = City(
    code="JN",
    name="济宁市",
    coal_mines=12,
    counties=(
        County("370811", "任城区", 116.60, 35.41),
        County("370812", "兖州区", 116.78, 35.55),
        County("370826", "微山县", 117.13, 34.81),
        County("370827", "鱼台县", 116.65, 35.01),
        County("370828", "金乡县", 116.31, 35.07),
        County("370829", "嘉祥县", 116.34, 35.41),
        County("370830", "汶上县", 116.49, 35.73),
        County("370831", "泗水县", 117.25, 35.66),
        County("370832", "梁山县", 116.10, 35.80),
        County("370881", "曲阜市", 116.99, 35.58),
        County("370883", "邹城市", 117.00, 35.40),
        County("370899", "济宁高新区", 116.66, 35.45),
        County("370898", "太白湖新区", 116.60, 35.33),
        County("370897", "济宁经济技术开发区", 116.42, 35.44),
    ),
)


def fictional_city(number: int) -> City:
    """City ``number`` of the fictional province: 14 counties around a made-up centre."""
    east, north = 115.5 + 0.9 * (number % 7), 34.9 + 0.8 * (number // 7)
    counties = tuple(
        County(
            code=f"37{number + 30}{index:02d}",
            name=f"示例{number:02d}市{index:02d}县",
            longitude=round(east + 0.2 * (index % 4), 2),
            latitude=round(north + 0.18 * (index // 4), 2),
        )
        for index in range(1, 15)
    )
    return City(f"C{number:02d}", f"示例{number:02d}市", counties, coal_mines=4)
