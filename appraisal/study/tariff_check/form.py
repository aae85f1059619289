"""What a check of a proposed time-of-use tariff is asked with: the fields of its file, each with unit, titles and help."""

from __future__ import annotations

from typing import Literal

from appraisal.field import Number, Profile, Section, choice, group, number, profile, text
from appraisal.text import PARTS


class Asked(Section):
    """Which tariff is proposed to whom and from when."""

    help_zh = "对哪一张电价表、哪类用户、从何时起。"

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")
    tariff: str = text(
        "电价表", "Tariff", help="Name in the library, retail.jiangsu.", help_zh="电价库中的名称，如 retail.jiangsu。"
    )
    priced_from: str = text(
        "起始年月",
        "First month",
        help="YYYY-MM; the first of twelve months.",
        help_zh="YYYY-MM；十二个月中的第一个月。",
    )
    voltage: str = text("电压等级", "Voltage class", help="As in the tariff.", help_zh="与电价表一致。")
    parts: Literal["one", "two"] = choice("单一制/两部制", "One- or two-part", options=PARTS)
    user_class: str = text(
        "用户类别", "User class", default="", help="Left out: the tariff's own.", help_zh="不填：电价表的缺省类别。"
    )
    zone: str = text("价区", "Price zone", default="", help="Where there are zones.", help_zh="分价区的地区填写。")
    load_difference: Number | None = number(
        "share", "系统最大峰谷差率", "Largest peak-valley load difference of the system", gt=0, le=1, default=None,
        help="Of the peak, of last year or as expected; decides which ratio is asked for. Left out: from system_load_kw.",
        help_zh="上年或当年预计，占最高负荷的比例；决定适用的价差要求。不填：由 system_load_kw 求得。",
    )  # fmt: skip
    system_load_kw: Profile | None = profile(
        "kW", "系统典型负荷曲线", "Load of the system on its peak day", ge=0, default=None,
        help="24, 48 or 96 values from 00:00, in any unit of power; sharp hours are checked against it.", help_zh="自 00:00 起 24、48 或 96 个值，单位不限；据此核对尖峰时段。",
    )  # fmt: skip


class Ratio(Section):
    """Multiples of the flat price; what is left out stays as it is."""

    help_zh = "各时段对平段的倍数；不填者不变。"

    s: Number | None = number("1", "尖峰", "Sharp", gt=0, le=20, default=None)
    p: Number | None = number("1", "高峰", "Peak", gt=0, le=20, default=None)
    v: Number | None = number("1", "低谷", "Valley", gt=0, le=20, default=None)
    d: Number | None = number("1", "深谷", "Deep valley", gt=0, le=20, default=None)


class LoadDay(Section):
    """A typical day of the load that revenue is kept on."""

    help_zh = "收入中性所依据负荷的典型日。"

    months: tuple[int, ...] | Literal["all"] = group(
        "月份", "Months", options={"all": ("全年各月", "every month")}, default="all"
    )
    kw: Profile = profile(
        "kW", "负荷", "Load", ge=0, help="24, 48 or 96 values from 00:00, or one.", help_zh="自 00:00 起 24、48 或 96 个值，或一个值。"
    )  # fmt: skip


class Customer(Section):
    """A customer whose bill is compared: a case with storage, or a load by itself."""

    help_zh = "比较电费的用户：带储能的算例，或仅有负荷。"

    zh: str = text("中文名称", "Chinese name", default="")
    en: str = text("英文名称", "English name", default="")
    case: str = text(
        "算例", "Case", default="", help="A file beside this one, or a ready case, on the same tariff and with a load.", help_zh="本文件旁的算例文件，或现成算例；须用同一电价表并给出负荷。"
    )  # fmt: skip
    load_kw: Profile | None = profile(
        "kW", "负荷", "Load", ge=0, default=None, help="Of every day, in place of a case.", help_zh="每日相同；与算例二选一。"
    )  # fmt: skip
