"""The economic evaluation for people: its two figures in words, a table by year, the JSON of a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.book.money import money_text
from appraisal.errors import Message, said
from appraisal.finance.tables.titles import of_stream
from appraisal.library import Fact
from appraisal.pipeline import Appraisal
from appraisal.study.economic import Economic
from appraisal.text import CONFIDENCE, REASONS, word
from appraisal.units import Table, yuan_in

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "economic/1"
_KINDS: Mapping[str, tuple[str, str]] = {
    "goods": ("效益：按价格计的产品与服务", "Benefit: goods and services at their price"),
    "benefits": ("效益：无人付费", "Benefit: nobody pays for it"), "kept": ("效益：用户留存的电费节约", "Benefit: saving that the host keeps"),
    "costs": ("费用", "Cost"), "net": ("净效益", "Net benefit"),
}  # fmt: skip
_COSTS: Mapping[str, tuple[str, str]] = {
    "investment": ("建设投资（不含税，扣余值）", "Investment, ex VAT, less residual"), "replacement": ("更新改造", "Replacement"),
    "operation": ("经营成本（含充电）", "Operation, charging in it"), "working_capital": ("流动资金（扣回收）", "Working capital, less what is recovered"),
}  # fmt: skip
_LINES: Mapping[str, tuple[str, str]] = {
    "rate": ("社会折现率", "Social discount rate"), "enpv": ("经济净现值（ENPV）", "Economic net present value (ENPV)"),
    "eirr": ("经济内部收益率（EIRR）", "Economic internal rate of return (EIRR)"),
}  # fmt: skip
_HEADS: Mapping[str, tuple[str, str]] = {"kind": ("类别", "Kind"), "item": ("项目", "Item"), "total": ("合计", "Total")}


def lines(found: Economic, fact: Fact | None, lang: str = "en", row: int = 0) -> Iterator[tuple[str, str]]:
    """(label, figure): the rate with its document, ENPV, EIRR or the reason why there is none.

    *fact* is the rate as the library has it; None where it was stated.
    """
    rate = f"{_rate(found, row):.2%}"
    source = said("stated", "用户给定") if fact is None else _cited(fact)
    yield (
        word(_LINES, "rate", lang),
        said("{rate} ({source})", "{rate}（{source}）", rate=rate, source=source).text(lang),
    )
    yield word(_LINES, "enpv", lang), money_text(float(found.enpv[row]), lang, 2)
    eirr = float(found.eirr[row])
    yield (
        word(_LINES, "eirr", lang),
        f"{eirr:.2%}" if np.isfinite(eirr) else word(REASONS, str(found.reason[row]), lang),
    )


def _rate(found: Economic, row: int) -> float:
    return float(found.social_rate[row if len(found.social_rate) > 1 else 0, 0])


def _cited(fact: Fact) -> Message:
    cited, trust = fact.source, fact.source.confidence
    return said(
        "{cite} [{trust}]", "{cite} [{trust}]", cite=Message(cited.cited("en"), cited.cited("zh")),
        trust=Message(word(CONFIDENCE, trust, "en"), word(CONFIDENCE, trust, "zh")),
    )  # fmt: skip


def remarks(result: Appraisal, found: Economic) -> tuple[Message, ...]:
    """What the evaluation rests on and leaves out; and a service paid by a fee whose worth nothing in the case states."""
    told = [
        said(
            "prices of the case stand for shadow prices; taxes, subsidies, grants and fees set by an authority are transfers and count nothing",
            "以算例价格代替影子价格；税费、补贴、拨款和政府定价的收费属于转移支付，不计入效益与费用",
        )
    ]
    by_fee = [label for label, shares in result.payments.shares.items() if "grid_users" in shares]
    if by_fee and not found.benefits:
        told.append(said(
            "what {labels} does for the system is paid by a fee and counts nothing here: state its worth, as saved_generation or grid_deferral",
            "{labels} 对系统的作用由收费支付，此处不计；请用 saved_generation 或 grid_deferral 写明其效益", labels=", ".join(by_fee)
        ))  # fmt: skip
    return tuple(told)


def frame(result: Appraisal, found: Economic, lang: str = "en", unit: str = "yuan", row: int = 0) -> pd.DataFrame:
    """A row an item, a column a year.

    Parameters
    ----------
    result : Appraisal
    found : Economic
        Of that result.
    lang : "en" or "zh"
    unit : "yuan" or "wan"
    row : int
        Scenario.

    Returns
    -------
    DataFrame
        Kind, item, total, then the years of the calculation period from 1; costs are positive, recovered sums negative.
        Benefits less costs is the last row.
    """
    import pandas as pd

    head = {key: word(_HEADS, key, lang) for key in _HEADS}
    rows = []
    for kind, item, money in _items(result, found, lang):
        paid = np.broadcast_to(money, (len(found.net), found.net.shape[1]))[row] / yuan_in(unit)
        years = {str(year): float(amount) for year, amount in enumerate(paid, 1)}
        rows.append({head["kind"]: word(_KINDS, kind, lang), head["item"]: item, head["total"]: float(paid.sum()), **years})  # fmt: skip
    return pd.DataFrame(rows)


def as_json(result: Appraisal, found: Economic, fact: Fact | None, lang: str = "en", row: int = 0) -> dict[str, Any]:
    """The evaluation as a program reads it: yuan, rates as fractions, null with a reason where there is no EIRR."""
    eirr, reason = float(found.eirr[row]), str(found.reason[row])
    groups = {"goods": found.goods, "benefits": found.benefits, "kept": found.kept, "costs": found.costs}
    years = found.net.shape[1]
    return {
        "schema": SCHEMA, "case": result.case.name, "social_discount_rate": _rate(found, row),
        "source": None if fact is None else {"fact": fact.name, "cite": fact.source.cited(lang), "confidence": fact.source.confidence},
        "enpv_yuan": float(found.enpv[row]),
        "eirr": {"value": eirr if np.isfinite(eirr) else None, "reason": reason, "note": word(REASONS, reason, lang)},
        **{f"{name}_yuan": {label: _at(money, row, years) for label, money in held.items()} for name, held in groups.items()},
        "net_yuan": _at(found.net, row, years), "remarks": [one.text(lang) for one in remarks(result, found)],
    }  # fmt: skip


def _items(result: Appraisal, found: Economic, lang: str) -> Iterator[tuple[str, str, Table]]:
    titles = {form.label: of_stream(form)["zh" if lang == "zh" else "en"] for form in result.statements.form.streams}
    for kind, held in (("goods", found.goods), ("benefits", found.benefits), ("kept", found.kept)):
        yield from ((kind, titles[label], money) for label, money in held.items())
    yield from (("costs", word(_COSTS, name, lang), money) for name, money in found.costs.items())
    yield "net", word(_KINDS, "net", lang), found.net


def _at(money: Table, row: int, years: int) -> list[float]:
    return [float(one) for one in np.broadcast_to(money[row if len(money) > 1 else 0], (years,))]
