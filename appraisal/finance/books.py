"""The book of a structure: the declared blocks put together for the streams and options of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from appraisal import discount
from appraisal.book import Book
from appraisal.book.tree import refs
from appraisal.case import Case
from appraisal.finance.inputs import declared_inputs
from appraisal.finance.statements import assets, cash, income, investment, loan
from appraisal.finance.statements.figures import FIGURES
from appraisal.operation import Revenue
from appraisal.units import Table


@dataclass(frozen=True)
class StreamForm:
    """What of a stream changes the formulas of its lines."""

    label: str
    subsidy: bool
    taxed: bool
    hosted: bool


@dataclass(frozen=True)
class Structure:
    """Everything that changes a formula of the books."""

    streams: tuple[StreamForm, ...]
    repayment: str
    construction_interest: str
    loss_years: int
    retired_stated: bool
    adjusted_tax: str
    timing: str


def structure(case: Case, revenue: Revenue) -> Structure:
    """The structure of a case's books."""
    streams = tuple(
        StreamForm(label, settled.subsidy, settled.taxed, settled.saving.shape[1] > 1)
        for label, settled in revenue.settlements.items()
    )
    return Structure(
        streams=streams,
        repayment=case.finance.repayment,
        construction_interest=case.finance.construction_interest,
        loss_years=case.tax.loss_years,
        retired_stated=case.storage.replacement.retired_share is not None,
        adjusted_tax=case.tax.adjusted_tax,
        timing=case.finance.timing,
    )


@cache
def book(form: Structure) -> Book:
    """The whole book of a structure: statements and figures."""
    return Book(
        *_funding(form),
        assets.PLANT.as_("plant", added=assets.BOOKED, retired=assets.RETIRED[form.retired_stated]),
        assets.PLANT.as_("plant_unlevered", added=assets.UNLEVERED, retired=assets.RETIRED[form.retired_stated]),
        assets.RENEWAL.as_("renewal"),
        assets.LAND,
        assets.RECOVERED.as_("recovered", residual=assets.PROJECT_RESIDUAL[form.adjusted_tax]),
        income.COST, income.VAT, income.PROFIT,
        income.TAX.as_("levered", base="taxable_profit", loss_years=form.loss_years),
        income.TAX.as_("unlevered", base=f"ebit_{form.adjusted_tax}", loss_years=form.loss_years),
        loan.WORKING_LOAN, cash.PROJECT_CASH, cash.EQUITY_CASH, cash.BALANCE, cash.COVER, FIGURES,
        inputs=declared_inputs(tuple(stream.label for stream in form.streams)),
        functions=functions(form.timing), blocks=(income.STREAM,),
    )  # fmt: skip


@cache
def funding_book(form: Structure) -> Book:
    """The part of the same declarations that the construction debt share is solved on, with only the inputs it reads."""
    given = declared_inputs(tuple(stream.label for stream in form.streams))
    whole = Book(*_funding(form), inputs=given, blocks=(income.STREAM,))
    read = {ref.key for line in whole.lines.values() for ref in refs(line.tree)}
    # A stream's own inputs stand whether its form reads them or not: its block declares them.
    kept = {name: what for name, what in given.items() if name in read or "." in name}
    return Book(*_funding(form), inputs=kept, blocks=(income.STREAM,))


def _funding(form: Structure) -> list[Any]:
    return [
        *(_stream(stream) for stream in form.streams),
        investment.INVESTMENT,
        loan.LOAN.as_(
            "loan",
            construction_interest=loan.CONSTRUCTION_INTEREST[form.construction_interest],
            repayment=loan.REPAYMENT[form.repayment],
        ),
        investment.FUNDING,
    ]


def _stream(form: StreamForm) -> Any:
    kind = income.SUBSIDY if form.subsidy else income.SALE
    return income.STREAM.as_(
        form.label,
        **kind,
        exempt="0" if form.taxed else "revenue + subsidy",
        host_gain=income.HOST_GAIN if form.hosted else "0",
    )


def functions(timing: str) -> Mapping[str, Callable[..., Any]]:
    """What a figure may call; *timing* says when in its year cash moves. Each gives values and reasons (see ``text.py``)."""
    return {
        "npv": lambda cash, rate: discount.present_value(rate, cash, timing=timing),  # type: ignore[arg-type]
        "irr": _irr,
        "mirr": _mirr,
        "payback": _payback,
        "first_payback": lambda cash: _found(discount.first_payback(cash)),
        # Another timing scales every column alike and moves no crossing.
        "discounted_payback": lambda cash, rate: _payback(discount.discounted(rate, cash)),
    }


def _irr(cash: Table) -> tuple[Any, Any]:
    found = discount.internal_rates(cash)
    return found.rate, found.reason


def _mirr(cash: Table, finance: Table, reinvest: Table) -> tuple[Any, Any]:
    value = discount.mirr(cash, finance, reinvest)
    return value, np.where(np.isnan(value), "none_no_sign_change", "ok")


def _payback(cash: Table) -> tuple[Any, Any]:
    return _found(discount.payback(cash))


def _found(years: Any) -> tuple[Any, Any]:
    return years, np.where(np.isnan(years), "never", "ok")
