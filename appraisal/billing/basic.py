"""The basic charge of the Chinese two-part tariff: by capacity, by contract demand or by actual demand.

Every parameter is a dated fact of ``tariffs/rules/basic_charge.yaml``; prices come with the tariff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, Message, said
from appraisal.library import Fact, Library
from appraisal.units import MONTHS_PER_YEAR, Table

BasicMode: TypeAlias = Literal["capacity", "contract", "actual"]
MODES: Mapping[BasicMode, Message] = {
    "capacity": said("By transformer capacity", "按变压器容量"),
    "contract": said("By contract demand", "按合同最大需量"),
    "actual": said("By actual demand", "按实际最大需量"),
}
"""The three ways of paying, with their names; where two cost the same the first is taken."""

PREFIX = "rules.basic_charge"
QUARTER_MONTHS = 3  # A quarter is three months by the calendar.


@dataclass(frozen=True, kw_only=True)
class BasicRules:
    """The rules of the basic charge in M billing months, each table ``(1, M)``.

    Attributes
    ----------
    tolerance : demand up to this multiple of the contract is billed at the contract value.
    excess_multiple : multiple of the demand price on demand above it.
    least_share : least contract demand, kW per kVA of transformers and high-voltage motors.
    threshold_kwh_per_kva : monthly use per kVA from which the demand price is reduced.
    factor : what the demand price is then multiplied by.
    facts : every fact read.
    """

    tolerance: Table
    excess_multiple: Table
    least_share: Table
    threshold_kwh_per_kva: Table
    factor: Table
    facts: tuple[Fact, ...]


def basic_rules(library: Library, months: Sequence[date]) -> BasicRules:
    """The rules in force in each billing month.

    Parameters
    ----------
    library : Library
    months : sequence of M dates
        Any day of each billing month, in the order of the columns.

    Raises
    ------
    InputError
        Of kind ``fact`` where a month has no rule: no rule is not zero.

    Notes
    -----
    Sources: 发改办价格〔2016〕1583号 (tolerance, excess, least contract); the clause on 260 kWh per kVA as the file cites it.

    Examples
    --------
    >>> basic_rules(Library.open(), [date(2026, 8, 1)]).tolerance.tolist()
    [[1.05]]
    """
    read: dict[str, list[Fact]] = {}
    for name in (
        "contract_tolerance",
        "excess_multiple",
        "least_contract_share",
        "load_factor_threshold_kwh_per_kva",
        "load_factor_discount",
    ):
        read[name] = [library.fact(f"{PREFIX}.{name}", month) for month in months]
    tables = [np.array([[float(fact.value) for fact in facts]]) for facts in read.values()]
    once = {(fact.name, fact.holds_from): fact for facts in read.values() for fact in facts}
    return BasicRules(
        tolerance=tables[0], excess_multiple=tables[1], least_share=tables[2], threshold_kwh_per_kva=tables[3], factor=tables[4],
        facts=tuple(once.values()),
    )  # fmt: skip


def demand_price(rules: BasicRules, price: Table, energy_kwh: Table, kva: Table) -> Table:
    """Price of demand after the reduction for high use.

    Parameters
    ----------
    rules : BasicRules
    price : (1, M) or (S, M)
        Published demand price, yuan/kW/month including VAT.
    energy_kwh : (S, M)
        Energy of the month, kWh.
    kva : (S, 1)
        Transformers and directly fed high-voltage motors, above 0.

    Returns
    -------
    (S, M)
        yuan/kW/month.

    Raises
    ------
    InputError
        If the capacity is not above 0.

    Notes
    -----
    price × factor where energy ≥ threshold × kVA, else price. The threshold itself counts. The step makes the price
    depend on the month's energy: whoever optimises must solve both branches.

    Examples
    --------
    >>> rules = basic_rules(Library.open(), [date(2026, 8, 1)] * 2)
    >>> demand_price(rules, np.array([[52.0, 52.0]]), np.array([[1.3e6, 1.299999e6]]), np.array([[5000.0]])).round(6).tolist()
    [[46.8, 52.0]]
    """
    _positive(kva)
    return np.asarray(np.where(energy_kwh >= rules.threshold_kwh_per_kva * kva, rules.factor, 1.0) * price)


def capacity_charge(price: Table, kva: Table) -> Table:
    """Basic charge by capacity, yuan ``(S, M)``: *price* (yuan/kVA/month, (1, M) or (S, M)) × *kva* (S, 1).

    No reduction for high use: that is on the demand price only.

    Examples
    --------
    >>> capacity_charge(np.array([[33.0]]), np.array([[5000.0]])).tolist()
    [[165000.0]]
    """
    _positive(kva)
    return np.asarray(price * kva)


def contract_charge(rules: BasicRules, price: Table, kva: Table, contract_kw: Table, peak_kw: Table) -> Table:
    """Basic charge by contract demand.

    Parameters
    ----------
    rules : BasicRules
    price : (1, M) or (S, M)
        Demand price of the month, yuan/kW/month, as :func:`demand_price` gives it.
    kva : (S, 1)
        Capacity, which sets the least contract.
    contract_kw : (S, 1) or (S, M)
        Contract demand, kW; it may be reset each month.
    peak_kw : (S, M)
        Highest 15-minute mean of the month, kW; an hourly series understates it.

    Returns
    -------
    (S, M)
        yuan, at least 0.

    Raises
    ------
    InputError
        If the capacity is not above 0, or a demand is below 0.

    Notes
    -----
    C = max(contract, least share × kVA); p × C + excess multiple × p × max(0, M - tolerance × C): what lies above the
    tolerance pays the multiple, what lies below pays the contract (发改办价格〔2016〕1583号).

    Examples
    --------
    >>> rules = basic_rules(Library.open(), [date(2026, 8, 1)])
    >>> one = [np.array([[value]]) for value in (52.0, 5000.0, 3000.0, 3400.0)]
    >>> contract_charge(rules, *one).tolist()
    [[182000.0]]
    """
    _positive(kva)
    _not_negative(contract_kw=contract_kw, peak_kw=peak_kw)
    contract = np.maximum(contract_kw, rules.least_share * kva)
    excess = np.maximum(0.0, peak_kw - rules.tolerance * contract)
    return np.asarray(price * contract + rules.excess_multiple * price * excess)


def actual_charge(price: Table, peak_kw: Table) -> Table:
    """Basic charge by actual demand, yuan ``(S, M)``: *price* (yuan/kW/month) × *peak_kw*, both as in :func:`contract_charge`.

    The least share of the capacity is a rule of the contract only (发改办价格〔2016〕1583号): here there is none.

    Examples
    --------
    >>> actual_charge(np.array([[52.0]]), np.array([[3150.0]])).tolist()
    [[163800.0]]
    """
    _not_negative(peak_kw=peak_kw)
    return np.asarray(price * peak_kw)


def best_contract(rules: BasicRules, kva: Table, peak_kw: Table) -> Table:
    """The contract that costs least in a month whose demand is known, kW ``(S, M)``: max(least share × kVA, M ÷ tolerance).

    A contract below M ÷ tolerance saves p for each kW and adds the excess multiple × tolerance × p: it never pays as
    long as that product is above 1.

    Examples
    --------
    >>> rules = basic_rules(Library.open(), [date(2026, 8, 1)])
    >>> best_contract(rules, np.array([[5000.0]]), np.array([[3150.0]])).tolist()
    [[3000.0]]
    """
    _positive(kva)
    _not_negative(peak_kw=peak_kw)
    return np.maximum(rules.least_share * kva, peak_kw / rules.tolerance)


@dataclass(frozen=True, kw_only=True)
class ModeChoice:
    """The cheapest way of paying, quarter by quarter.

    Attributes
    ----------
    modes : names in the order of the numbers.
    mode : (S, 12), which of ``modes`` holds in each month; the same in the three months of a quarter.
    charge : (S, 12), yuan, the basic charge so chosen.
    """

    modes: tuple[BasicMode, ...]
    mode: NDArray[np.int64]
    charge: Table


def best_modes(charges: Mapping[BasicMode, Table]) -> ModeChoice:
    """The cheapest of several ways of paying when a choice holds for a calendar quarter.

    Parameters
    ----------
    charges : mapping of mode -> (S, 12)
        Basic charge of each month under each mode open to the user, yuan, January to December.

    Returns
    -------
    ModeChoice
        With the months known beforehand; a user who decides on a forecast does no better. Of equal ones the first.

    Raises
    ------
    InputError
        If no mode is given, or a table is not of twelve months.

    Notes
    -----
    argmin over modes of the sum over the quarter (choice changeable quarterly: 发改办价格〔2016〕1583号).

    Examples
    --------
    >>> found = best_modes({"capacity": np.full((1, 12), 10.0), "actual": np.array([[0.0, 0.0, 40.0, *[9.0] * 9]])})
    >>> [found.modes[place] for place in found.mode[0, [0, 3]]], float(found.charge.sum())
    (['capacity', 'actual'], 111.0)
    """
    months = int(MONTHS_PER_YEAR)
    if not charges or any(charge.ndim != 2 or charge.shape[1] != months for charge in charges.values()):
        raise InputError([Fault(path="charges", message=said("expected tables of twelve months", "应为十二个月的表"))])
    stacked = np.stack(np.broadcast_arrays(*charges.values()))
    quarters = stacked.reshape(*stacked.shape[:2], months // QUARTER_MONTHS, QUARTER_MONTHS).sum(axis=3)
    mode = np.repeat(quarters.argmin(axis=0), QUARTER_MONTHS, axis=1)
    return ModeChoice(modes=tuple(charges), mode=mode, charge=np.take_along_axis(stacked, mode[None], axis=0)[0])


def _positive(kva: Table) -> None:
    if not (kva > 0).all():
        raise InputError([Fault(path="kva", message=said("the capacity must be above 0 kVA", "容量应大于 0 千伏安"))])


def _not_negative(**tables: Table) -> None:
    faults = [
        Fault(path=name, message=said("must be 0 or more", "不得小于 0"))
        for name, values in tables.items()
        if not (values >= 0).all()
    ]
    if faults:
        raise InputError(faults)
