"""The sheet of who pays: shares as inputs, payments by payer over the lines of the books, present values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from appraisal.operation import Payer
from appraisal.report.payers import KINDS
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import Draft
from appraisal.report.workbook.formula import CONSTANT, Place
from appraisal.report.workbook.sheet import Sheet
from appraisal.text import PAYERS, word
from appraisal.units import Table

# Lines of a stream that add to a kind of payment; the sign is that of the payer's money.
_LINES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "net": (("+", "revenue"), ("+", "subsidy")), "gross": (("+", "revenue"), ("+", "subsidy"), ("+", "output_vat")), "capital": (("-", "capital_change"),),
}  # fmt: skip


def payers_sheet(draft: Draft) -> Sheet:
    """Payments of every payer by year: their sum without VAT is revenue and subsidies, which the last row shows."""
    title = words.title("payers", draft.lang)
    sheet = draft.periods_sheet(title, title, draft.say("单位：元", "Money in yuan"))
    shares = _shares(draft, sheet)
    held, nets = draft.result.payments, []
    for payer in held.payers:
        sheet.heading(word(PAYERS, payer, draft.lang))
        for kind, money, worth in (
            ("net", held.net, held.net_value), ("gross", held.gross, held.gross_value), ("capital", held.capital, held.capital_value),
        ):  # fmt: skip
            if payer in money:
                place = _row(draft, sheet, kind, payer, shares, money[payer])
                _worth(draft, sheet, place, _of(draft, worth[payer]))
                nets += [place] if kind == "net" else []
        sheet.skip()
    left = "+".join(place.at(title) for place in nets)
    books = f"{draft.placed('revenue', title)}-{draft.placed('subsidy', title)}"
    label = draft.say("差额：支付合计减营业收入与补贴收入", "Difference: payments less revenue and subsidies")
    zero = sum((_of(draft, held.net[payer]) for payer in held.net), np.zeros(draft.columns.years))
    zero = zero - draft.line("revenue") - draft.line("subsidy")
    sheet.yearly(label, draft.unit_words("yuan"), zero, "formula", "money2", formula=f"{left}-{books}")
    return sheet


def _of(draft: Draft, money: Table) -> np.ndarray:
    return np.asarray(money[draft.row if len(money) > 1 else 0])


def _shares(draft: Draft, sheet: Sheet) -> dict[tuple[str, Payer], Place]:
    """Which share of a stream each payer pays, as values of the case."""
    sheet.heading(draft.say("各项收入的付费方比例", "Shares of who pays, by stream"))
    found = {}
    for label, parts in draft.result.payments.shares.items():
        for payer, share in parts.items():
            name = f"{label}: {word(PAYERS, payer, draft.lang)}"
            found[label, payer] = sheet.single(name, "%", float(_of(draft, share)[0]), "value", "rate")
    sheet.skip()
    return found


def _row(
    draft: Draft, sheet: Sheet, kind: str, payer: Payer, shares: Mapping[tuple[str, Payer], Place], money: Table
) -> Place:  # fmt: skip
    """A payer's yearly money as a formula over the lines of its streams, with its sum."""
    title, terms = sheet.title, []
    for (label, who), share in shares.items():
        if who == payer:
            lines = "".join(f"{sign}{draft.placed(f'{label}.{key}', title)}" for sign, key in _LINES[kind])
            terms.append(f"{share.at(title)}*({lines.removeprefix('+')})")
    if kind == "capital" and payer == "treasury":
        terms += [draft.placed(f"grant_{label}.received", title) for label in draft.case.finance.grants]
    values, unit = _of(draft, money), draft.unit_words("yuan")
    label = word(KINDS, kind, draft.lang)
    place = sheet.yearly(label, unit, values, "formula", "money", formula="+".join(terms), depth=1)
    sheet.total(place.row, float(values.sum()), "money")
    return place


def _worth(draft: Draft, sheet: Sheet, place: Place, value: np.ndarray) -> None:
    """The present value of a row, by the timing and the price basis of the case's NPV."""
    rate, finance = draft.placed("discount_rate", sheet.title), draft.case.finance
    if finance.discount_basis == "real":
        rate = f"((1+{rate})*(1+{draft.placed('inflation', sheet.title)})-1)"
    moved = {"end": "", "start": f"*(1+{rate})", "mid": f"*SQRT(1+{rate})"}[finance.timing]
    formula = f"NPV({rate},{draft.columns.range_of(place, sheet.title)}){moved}"
    at = sheet.labelled(draft.say("现值", "Present value"), draft.unit_words("yuan"), depth=2)
    sheet.put(at, CONSTANT, float(value[0]), "formula", "money", formula=formula)
