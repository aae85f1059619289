"""What a reader of the result must know: estimates, assumptions, limits."""

from __future__ import annotations

from dataclasses import replace

from appraisal.case import Case, Notice
from appraisal.case.periods import month_after, periods
from appraisal.errors import joined
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.exclusive import exclusion_notices
from appraisal.scenario.site_checks import site_notices
from appraisal.scenario.unusual import unusual
from appraisal.scenario.validity import health_left, validity
from appraisal.streams import stream
from appraisal.text import MONTH_TAKEN
from appraisal.units import DAYS_PER_YEAR, HOURS_PER_DAY, MONTHS_PER_YEAR

_NOT_IN_FORCE = {
    "draft": ("以下规定仅有征求意见稿，未见正式文件", "rests on drafts put out for comment, no final text was seen"),
    "guidance": ("以下为指导或参考价格，不具强制力", "rests on guidance that binds nobody"),
    "expired": (
        "以下规定现已失效，仅在其有效期内适用",
        "rests on rules that have since expired, at dates when they held",
    ),
}


def notices(case: Case, resolver: Resolver) -> Case:
    """The case with its notices."""
    found = [
        *unusual(case),
        *_facts(case),
        *_prices(case, resolver),
        *site_notices(case),
        *_terms(case),
        *exclusion_notices(case),
        *_period(case),
        *validity(case, resolver),
        *health_left(case),
    ]
    return replace(case, notices=tuple(found))


def _facts(case: Case) -> list[Notice]:
    estimates = sorted(
        {fact.name for fact in case.facts if fact.source.confidence == "estimate" and fact.origin == "library"}
    )
    found = []
    if estimates:
        names = ", ".join(estimates)
        found.append(
            Notice(code="estimate", path="facts", zh=f"以下参数为估计值：{names}", en=f"rests on estimates: {names}")
        )
    for status, (zh, en) in _NOT_IN_FORCE.items():
        names = ", ".join(
            sorted({fact.name for fact in case.facts if fact.source.status == status and fact.origin == "library"})
        )
        if names:
            found.append(Notice(code=status, path="facts", zh=f"{zh}：{names}", en=f"{en}: {names}"))
    for fact in case.facts:
        if fact.origin == "overlay":
            found.append(
                Notice(
                    code="overlay",
                    path=f"overlays.{fact.name}",
                    zh=f"{fact.name} 被假设值替代",
                    en=f"{fact.name} is replaced by a what-if",
                )
            )
    battery = case.origins.get("capital.battery_yuan_per_kwh")
    if battery is not None and battery.kind == "technology" and (case.capital.equipment_yuan > 0).any():
        found.append(Notice(code="default", path="capital.battery_yuan_per_kwh", zh="除所给设备总价外还计入了技术默认的电池单价；若总价已含电池，请将 battery_yuan_per_kwh 设为 0",
                            en="the technology's battery price counts beside the equipment lump sum stated; set battery_yuan_per_kwh to 0 if the lump contains the battery"))  # fmt: skip
    return found


def _prices(case: Case, resolver: Resolver) -> list[Notice]:
    found = []
    months = resolver.retail.months if resolver.retail else resolver.charges.months if resolver.charges else ()
    estimated = sorted(
        (month for month in months if month.estimate and month.reason != "stated"), key=lambda month: month.month
    )
    if any(month.reason == "stated" for month in months):
        zh, en = MONTH_TAKEN["stated"]
        found.append(
            Notice(
                code="stated_bundle",
                path="market.purchased_energy_yuan_per_kwh",
                zh=f"{zh}（估计值）",
                en=f"{en} (estimate)",
            )
        )
    if estimated:
        listed = ", ".join(f"{month.month:%Y-%m} ← {month.taken:%Y-%m}" for month in estimated)
        found.append(Notice(code="price_month", path="market.tariff", zh=f"未见公布电价表的月份取其他月份或推算值（估计值）：{listed}",
                            en=f"months without a published table take another month's price or one worked out (estimate): {listed}"))  # fmt: skip
    if case.prices is not None and not resolver.retail and case.prices.confidence == "estimate":
        found.append(
            Notice(code="estimate", path="market", zh="所给电价为估计值", en="the prices stated are an estimate")
        )
    if case.project.side == "user" and case.market.parts == "two" and case.market.site.supply.mode == "none":
        found.append(Notice(code="basic_charge", path="market.parts", zh="未计入充放电对基本电费（需量或容量电费）的影响",
                            en="what charging and discharging change in the host's demand or capacity charge is not counted"))  # fmt: skip
    area = case.market.tariff.removeprefix("retail.")
    if area and area != case.project.province:
        found.append(Notice(code="province", path="project.province", zh=f"省份为 {case.project.province}，电价表属于 {area}",
                            en=f"the province is {case.project.province}, the tariff is of {area}"))  # fmt: skip
    found += _series(case)
    if case.prices is not None:
        found.append(Notice(code="foresight", path="storage", zh="运行按已知电价最优（完全预见），实际收益会更低",
                            en="dispatch knows every price beforehand; a real plant earns less"))  # fmt: skip
    return found


def _terms(case: Case) -> list[Notice]:
    found = []
    for label, terms in case.streams.items():
        if terms.confidence == "estimate":
            found.append(
                Notice(
                    code="estimate",
                    path=label,
                    zh=f"{label} 的条款为估计值",
                    en=f"the terms of {label} are an estimate",
                )
            )
        for zh, en in stream(terms.stream or label).remarks(case, terms):
            found.append(Notice(code="terms", path=label, zh=zh, en=en))
    return found


def _period(case: Case) -> list[Notice]:
    return [*(_calendar(case) if case.project.columns == "calendar" else _whole_columns(case)), *_phases(case)]


def _calendar(case: Case) -> list[Notice]:
    """Where the columns are calendar years: how much of the first and of the last operating one there is."""
    columns = periods(case.project)
    year, months = columns.calendar_year[0], MONTHS_PER_YEAR * columns.running[0]
    first, last = columns.construction, columns.years - 1
    return [Notice(code="period", path="project.columns", zh=f"按日历年列示：首个运营列 {year[first]:.0f} 年折合全站运营 {months[first]:.3g} 个月，末列 {year[last]:.0f} 年折合 {months[last]:.3g} 个月",
                   en=f"columns are calendar years: the first with operation, {year[first]:.0f}, holds {months[first]:.3g} months of the whole plant, the last, {year[last]:.0f}, {months[last]:.3g}")]  # fmt: skip


def _phases(case: Case) -> list[Notice]:
    """Where the plant is built in phases: when each is commissioned, and from when its yearly amounts count."""
    if not case.project.phases:
        return []
    phases = periods(case.project).phases
    dates = [month_after(case.project.construction_start, phase.done) for phase in phases]
    parts = list(zip(phases, dates, strict=True))
    zh = "，".join(
        f"{phase.share:.4g} 于 {year}-{month:02d} 建成、第 {phase.commissioned_column + 1} 列投运"
        for phase, (year, month) in parts
    )
    en = ", ".join(
        f"{phase.share:.4g} done by {year}-{month:02d}, operating from column {phase.commissioned_column + 1}"
        for phase, (year, month) in parts
    )
    found = [Notice(code="period", path="project.phases", zh=f"分期投产：{zh}；分年数额与指数按各期自身运营年计",
                    en=f"built in phases: {en}; amounts and indices by operating year count from each phase's own commissioning")]  # fmt: skip
    if case.prices is not None:
        found.append(Notice(code="period", path="project.phases", zh="部分投产期间的运行按整站最优运行等比例计（用电负荷限制与电价日期相同）",
                            en="while only some phases stand, dispatch is that of the whole plant in proportion (the same limit by the host's load, prices of the same date)"))  # fmt: skip
    return found


def _whole_columns(case: Case) -> list[Notice]:
    months = case.project.construction_months
    if months % MONTHS_PER_YEAR == 0 or case.project.phases:
        return []
    columns = periods(case.project).construction
    return [Notice(code="period", path="project.construction_months", zh=f"建设期 {months} 个月按 {columns} 个计算年计（利息按实际月数），回收期含整年建设期",
                   en=f"{months} months of construction take {columns} full column(s) (interest runs for the months); payback counts whole columns")]  # fmt: skip


# A price of some yuan a MWh all year is more likely yuan a kWh in a column named per MWh.
_SMALL_PRICE = 5.0


def _series(case: Case) -> list[Notice]:
    """How a series was read, one of less than a year, or one whose prices look like another unit."""
    if case.prices is None or not case.market.price_file:
        return []
    told, clock = joined(case.prices.told), case.prices.clock
    found = [Notice(code="price_file", path="market.price_file", zh=f"电价序列：{told.zh}", en=f"price series: {told}")]
    days = clock.steps * clock.step_hours / HOURS_PER_DAY
    if days < DAYS_PER_YEAR:
        found.append(
            Notice(
                code="series",
                path="market.price_file",
                zh=f"{days:g} 天的电价序列代表全年",
                en=f"{days:g} days of prices stand for a year",
            )
        )
    if abs(case.prices.buy).max() < _SMALL_PRICE:
        found.append(Notice(code="unit", path="market.price_file", zh="电价均低于 5 元/MWh：请核对单位是否为 元/kWh",
                            en="every price is below 5 yuan/MWh: check whether the file is in yuan/kWh"))  # fmt: skip
    return found
