"""Who pays, for people: lines of the text report, the block of the JSON result, a table by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from appraisal.book.money import money_text
from appraisal.operation import Payer
from appraisal.payments import ORDER
from appraisal.pipeline import Appraisal
from appraisal.text import PAYERS, word
from appraisal.units import Table, yuan_in

if TYPE_CHECKING:
    import pandas as pd

# What a row of the table holds; the first two are operating revenue and subsidies.
KINDS: Mapping[str, tuple[str, str]] = {
    "net": ("支付（不含税）", "Payment, ex VAT"), "gross": ("支付（含税）", "Payment, incl. VAT"),
    "capital": ("承担的投资与利息（含税）", "Cost of capital borne, incl. VAT"),
}  # fmt: skip
HEADS: Mapping[str, tuple[str, str]] = {
    "payer": ("付费方", "Payer"), "kind": ("项目", "Item"), "value": ("现值", "Present value"), "total": ("合计", "Total"),
}  # fmt: skip


def as_json(result: Appraisal, row: int = 0, lang: str = "en") -> dict[str, Any]:
    """Payer → yearly payments with and without VAT, their present values, and the capital cost borne; yuan."""
    return {
        payer: {
            "label": word(PAYERS, payer, lang),
            **{f"{name}_yuan": money.tolist() for name, money, _ in _rows(result, payer, row)},
            **{f"{name}_present_value_yuan": value for name, _, value in _rows(result, payer, row)},
        }
        for payer in result.payments.payers
    }


def lines(result: Appraisal, lang: str = "en", row: int = 0) -> Iterator[tuple[str, str]]:
    """(label, figure) of what each payer pays over the life, without VAT, and of the capital cost that it bears."""
    zh = lang == "zh"
    for payer in result.payments.payers:
        for name, money, value in _rows(result, payer, row):
            if name == "gross" or not money.any():
                continue
            kind, who = word(KINDS, name, lang), word(PAYERS, payer, lang)
            total, now = money_text(float(money.sum()), lang, 2), money_text(value, lang, 2)
            yield (
                f"付费方 {who}：{kind}，合计" if zh else f"Paid by {who}: {kind}, in all",
                f"{total}（现值 {now}）" if zh else f"{total} (present value {now})",
            )


def frame(result: Appraisal, lang: str = "en", row: int = 0, unit: str = "yuan") -> pd.DataFrame:
    """A row for each payer and kind of payment: present value, total, then the years of the calculation period from 1.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.
    unit : "yuan" or "wan"

    Returns
    -------
    DataFrame
        Money in *unit*; kinds that are zero in every year are left out, but for payments without VAT.
    """
    import pandas as pd

    heads = {key: word(HEADS, key, lang) for key in HEADS}
    found = []
    for payer in result.payments.payers:
        for name, money, value in _rows(result, payer, row):
            if name == "net" or money.any():
                words = {heads["payer"]: word(PAYERS, payer, lang), heads["kind"]: word(KINDS, name, lang)}
                shown = np.array([value, money.sum(), *money]) / yuan_in(unit)
                years = {str(year): amount for year, amount in enumerate(shown[2:], 1)}
                found.append({**words, heads["value"]: shown[0], heads["total"]: shown[1], **years})
    return pd.DataFrame(found)


def side_by_side(results: Sequence[Appraisal], names: Sequence[str], lang: str = "en") -> pd.DataFrame:
    """A row for each payer and kind: its present value in the first scenario of every case as text, a dash where it pays none."""
    import pandas as pd

    held = [
        {(payer, name): value for payer in one.payments.payers for name, _, value in _rows(one, payer, 0)}
        for one in results
    ]
    found = []
    for payer in ORDER:
        for name in ("net", "capital"):
            if any((payer, name) in one for one in held):
                label = f"{word(PAYERS, payer, lang)}{'：' if lang == 'zh' else ': '}{word(KINDS, name, lang)}"
                texts = [money_text(one[payer, name], lang, 2) if (payer, name) in one else "—" for one in held]
                found.append({word(HEADS, "payer", lang): label, **dict(zip(names, texts, strict=True))})
    return pd.DataFrame(found)


def _rows(result: Appraisal, payer: Payer, row: int) -> Iterator[tuple[str, NDArray[np.float64], float]]:
    """(kind, money by year, present value) of a payer, for the kinds that it has."""
    held = result.payments
    for name, money, value in (
        ("net", held.net, held.net_value), ("gross", held.gross, held.gross_value), ("capital", held.capital, held.capital_value),
    ):  # fmt: skip
        if payer in money:
            yield name, _at(money[payer], row), float(_at(value[payer], row)[0])


def _at(table: Table, row: int) -> NDArray[np.float64]:
    return np.asarray(table[row if len(table) > 1 else 0])
