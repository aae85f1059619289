"""The check of a proposed tariff in one language: the demands of 2021, what it brings in, what customers pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from appraisal.library.retail_types import MONTHS
from appraisal.library.time_of_use import Requirement
from appraisal.library.types import LETTERS
from appraisal.pipeline import Appraisal
from appraisal.report.bill import Bill, monthly_bill
from appraisal.report.studies import Findings
from appraisal.study.tariff_check import PRICES, CustomerEffect, Judged, TariffCheck
from appraisal.study.words import joined, say, with_unit
from appraisal.text import CONFIDENCE, word

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"present": ("现行", "present"), "proposed": ("拟议", "proposed"), "neutral": ("收入中性", "revenue-neutral")}
_WORDS = {
    "met": ("所核对的各项要求均已满足", "Every demand that was checked is met"), "missed": ("有要求未满足，见 rules 表", "A demand is not met: see the table rules"),
    "difference": ("系统最大峰谷差率 {share:.1%}", "Largest peak-valley load difference of the system: {share:.1%}"),
    "months": ("月份", "Months"), "demand": ("要求", "Demand"), "least": ("最低值", "At least"), "found": ("{set}值", "{set}"), "judged": ("结论", "Verdict"),
    "yes": ("满足", "met"), "no": ("不满足", "not met"), "none": ("无此时段", "no such hours"), "source": ("依据", "Source"), "confidence": ("可信度", "Confidence"),
    "sharp": ("尖峰时段的系统负荷（占最高负荷）", "System load in sharp hours, of the highest"), "sharp_ok": ("尖峰时段均在最高负荷的 {share:.0%} 及以上", "Every sharp hour lies at or above {share:.0%} of the highest load"),
    "set": ("电价", "Prices"), "mean": ("负荷加权平均电价", "Load-weighted mean price"), "flat": ("平段电价（按月电量加权）", "Flat price, by the use of the month"), "factor": ("浮动部分的倍数", "Factor on the floating part"),
    "short": ("收入比现行少", "Brings in less than at present"), "per_kwh": ("折合每千瓦时", "The same by kWh"), "letter": ("时段", "Hours"), "month": ("月份", "Month"), "price": ("电价", "Price"),
    "customer": ("用户", "Customer"), "before": ("无储能电费", "Bill without storage"), "after": ("有储能电费", "Bill with storage"), "saved": ("储能节省", "Saved by storage"), "irr": ("储能项目税后内部收益率", "Project IRR of the storage, after tax"),
    "change": ("无储能电费较现行变化", "Change of the bill without storage"), "mean_after": ("有储能后的平均电费", "Mean bill of a kWh used, with storage"),
    "told": ("按现行电价该负荷平均付 {before:.6f}，按拟议电价付 {after:.6f} 元/kWh；浮动部分乘以 {factor:.6f} 则收入不变，平段由 {flat:.6f} 变为 {neutral:.6f} 元/kWh", "The load pays {before:.6f} on average at present and {after:.6f} yuan/kWh as proposed; with the floating part times {factor:.6f} revenue stays, and the flat price goes from {flat:.6f} to {neutral:.6f} yuan/kWh"),
    "instead": ("若不调整，每千瓦时须另行分摊 {surcharge:+.6f} 元（负值为返还）", "Left as proposed, every kWh would have to bear {surcharge:+.6f} yuan beside it (given back if negative)"),
    "energy": ("收入按电能量电费计，不含基本电费；力调电费不计", "Revenue is that of energy charges, without the basic charge; the power-factor charge is not counted"),
    "overlay": ("这些日子的部分时段另行规定，已计入：{days}", "Days with hours of their own, counted in: {days}"), "rounded": ("收入中性电价未按省级位数取整", "The revenue-neutral prices are not rounded as the province rounds"),
    "assumed": ("未公布月份的电价为推定，三组电价同样推定", "Months that are not published stand at estimates, the same in all three sets of prices"),
    "other": ("其他要求（分时损益单列、电力系统负荷以外的条件）未核对", "Other demands of the notice (separate accounts of gains and losses, local conditions) are not checked"),
}  # fmt: skip


def of_tariff_check(found: TariffCheck, lang: str) -> Findings:
    """Sentences, the demands, revenue, prices by hours, customers."""
    tables = {"rules": _rules(found, lang), "revenue": _revenue(found, lang), "prices": _prices(found, lang)}
    if found.customers:
        tables["customers"] = _customers(found.customers, lang)
    remarks = [say(_WORDS[name], lang) for name in ("energy", "rounded", "other")]
    remarks += [say(_WORDS["assumed"], lang)] if any(month.estimate for month in found.years["present"].months) else []
    days = ("、" if lang == "zh" else ", ").join(one.text(lang) for one in found.overlays)
    remarks += [say(_WORDS["overlay"], lang).format(days=days)] if days else []
    return Findings(
        provenance=found.provenance, sentences=tuple(_sentences(found, lang)), tables=tables, remarks=tuple(remarks), wide=("prices",)
    )  # fmt: skip


def _sentences(found: TariffCheck, lang: str) -> Iterator[str]:
    revenue = found.revenue
    yield joined([found.title.text(lang), found.area.text(lang)], lang)
    yield say(_WORDS["difference"], lang).format(share=found.load_difference)
    yield say(_WORDS["met" if found.met else "missed"], lang)
    yield say(_WORDS["told"], lang).format(
        before=revenue.mean["present"],
        after=revenue.mean["proposed"],
        factor=revenue.factor,
        flat=revenue.flat["present"],
        neutral=revenue.flat["neutral"],
    )
    yield say(_WORDS["instead"], lang).format(surcharge=revenue.surcharge)


def _rules(found: TariffCheck, lang: str) -> pd.DataFrame:
    """One row a demand and set of months; sharp hours below the share of the load, one row each."""
    import pandas as pd

    rows = [_judged(one, lang) for one in found.judged]
    if found.sharp is not None:
        demand, least, no = say(_WORDS["sharp"], lang), found.sharp.share, say(_WORDS["no"], lang)
        rows += [
            (f"{MONTHS[month - 1]} {_hour(hour)}", demand, least, float("nan"), load, no, "", "")
            for month, hour, load in found.sharp.below
        ] or [
            ("", demand, least, float("nan"), float("nan"), say(_WORDS["sharp_ok"], lang).format(share=least), "", "")
        ]
    heads = [say(_WORDS[name], lang) for name in ("months", "demand", "least")]
    heads += [say(_NAMES[name], lang) for name in PRICES[:2]]
    return pd.DataFrame(
        rows, columns=[*heads, *(say(_WORDS[name], lang) for name in ("judged", "source", "confidence"))]
    )


def _judged(one: Judged, lang: str) -> tuple[Any, ...]:
    asked = one.proposed or one.present
    assert asked is not None  # a demand stands on one side at the least
    verdict = "none" if one.proposed is None else "yes" if one.proposed.met else "no"
    months = ",".join(MONTHS[month - 1] for month in one.months) if len(one.months) < len(MONTHS) else "1–12"
    return (
        months, asked.title().text(lang), asked.least, _found(one.present), _found(one.proposed), say(_WORDS[verdict], lang),
        asked.fact.source.cited(lang), word(CONFIDENCE, asked.fact.source.confidence, lang),
    )  # fmt: skip


def _found(one: Requirement | None) -> float:
    return float("nan") if one is None else one.found


def _hour(hour: float) -> str:
    return f"{int(hour):02d}:{round(60 * (hour % 1)):02d}"


def _revenue(found: TariffCheck, lang: str) -> pd.DataFrame:
    """One row a set of prices."""
    import pandas as pd

    one = found.revenue
    factor = {"present": 1.0, "proposed": 1.0, "neutral": one.factor}
    short = {name: (one.mean["present"] - one.mean[name]) for name in PRICES}
    return pd.DataFrame(
        {
            say(_WORDS["set"], lang): [say(_NAMES[name], lang) for name in PRICES],
            with_unit(say(_WORDS["mean"], lang), "yuan/kWh", lang): [one.mean[name] for name in PRICES],
            with_unit(say(_WORDS["flat"], lang), "yuan/kWh", lang): [one.flat[name] for name in PRICES],
            say(_WORDS["factor"], lang): [factor[name] for name in PRICES],
            with_unit(say(_WORDS["short"], lang), "yuan/year", lang): [short[name] * one.use_kwh for name in PRICES],
            with_unit(say(_WORDS["per_kwh"], lang), "yuan/kWh", lang): [short[name] for name in PRICES],
        }
    )


def _prices(found: TariffCheck, lang: str) -> pd.DataFrame:
    """Every month's price of every kind of hours under the three sets."""
    import pandas as pd

    place = 0 if lang == "zh" else 1
    rows = [
        {
            say(_WORDS["month"], lang): month, say(_WORDS["letter"], lang): words[place],
            **{with_unit(say(_NAMES[name], lang), "yuan/kWh", lang): found.years[name].prices[month - 1].get(letter, float("nan")) for name in PRICES},
        }
        for month in range(1, len(MONTHS) + 1)
        for letter, words in LETTERS.items()
        if any(letter in found.years[name].prices[month - 1] for name in PRICES)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _customers(customers: Sequence[CustomerEffect], lang: str) -> pd.DataFrame:
    """One row a customer and set of prices: the bill without and with storage, and what storage is worth then."""
    import pandas as pd

    return pd.DataFrame([row for one in customers for row in _customer(one, lang)])


def _customer(one: CustomerEffect, lang: str) -> Iterator[dict[str, Any]]:
    bills: Mapping[str, Bill] = (
        {} if one.appraised is None else {name: monthly_bill(result) for name, result in one.appraised.items()}
    )
    before = one.energy_yuan or {name: float(bill.total_before.sum()) for name, bill in bills.items()}
    nan = float("nan")
    for name in PRICES:
        bill = bills.get(name)
        yield {
            say(_WORDS["customer"], lang): one.name.text(lang), say(_WORDS["set"], lang): say(_NAMES[name], lang),
            with_unit(say(_WORDS["before"], lang), "yuan/year", lang): before[name],
            with_unit(say(_WORDS["change"], lang), "yuan/year", lang): before[name] - before["present"],
            with_unit(say(_WORDS["after"], lang), "yuan/year", lang): nan if bill is None else float(bill.total_after.sum()),
            with_unit(say(_WORDS["saved"], lang), "yuan/year", lang): nan if bill is None else float(bill.saved.sum()),
            say(_WORDS["irr"], lang): nan if one.appraised is None else _irr(one.appraised[name]),
        }  # fmt: skip


def _irr(result: Appraisal) -> float:
    return float(result.metrics["project_irr"].value[0])
