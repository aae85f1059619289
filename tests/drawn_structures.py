"""Hypothesis strategies for cases of random structure: everything that changes a formula of the books.

Only what the checks of a case accept is drawn. A third of the projects earn too little to serve their debt.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from strategies import CAPACITY, plant

DEPRECIATIONS = st.sampled_from(["straight_line", "double_declining", "sum_of_years", "custom"])
TAX_DEPRECIATIONS = st.sampled_from(["as_booked", "straight_line", "double_declining", "sum_of_years", "one_off"])
# Cost lines that a class may take out of the plant; no line stands twice.
CLASSES = {"cells": ["battery"], "grid": ["power", "equipment"], "civil": ["works", "services"]}


def parts(count: int) -> st.SearchStrategy[list[float]]:
    """Shares that add to 1, some of them 0."""
    weights = st.lists(st.integers(0, 4), min_size=count, max_size=count).filter(any)
    return weights.map(lambda drawn: [weight / sum(drawn) for weight in drawn])


@st.composite
def time_lines(draw: st.DrawFn) -> dict[str, Any]:
    """Construction of 1 to 30 months, at once or in phases, on operating or calendar years, with a profile of spending."""
    line: dict[str, Any] = {
        "construction_start": f"2026-{draw(st.integers(1, 12)):02d}",
        "columns": draw(st.sampled_from(["operating_years", "calendar"])),
    }
    if draw(st.integers(0, 3)) == 3:
        shares = draw(st.sampled_from([[0.6, 0.4], [0.5, 0.3, 0.2], [0.1, 0.9]]))
        starts = sorted([0, *draw(st.lists(st.integers(0, 18), min_size=len(shares) - 1, max_size=len(shares) - 1))])
        months = draw(st.lists(st.integers(1, 12), min_size=len(shares), max_size=len(shares)))
        whole = max(start + month for start, month in zip(starts, months, strict=True))
        phases = [
            {"share": part, "start_month": start, "construction_months": month}
            for part, start, month in zip(shares, starts, months, strict=True)
        ]
        # Long enough that one phase still runs when the next begins.
        return {"project": {**line, "construction_months": whole, "operation_years": draw(st.integers(4, 10)), "phases": phases}}  # fmt: skip
    months, years = draw(st.sampled_from([1, 5, 12, 14, 24, 30])), draw(st.integers(2, 12))
    opening = int(line["construction_start"][5:]) - 1 if line["columns"] == "calendar" else 0
    profile = draw(st.none() | parts(-(-(opening + months) // 12)))
    capital = {} if profile is None else {"spend_profile": profile}
    return {"project": {**line, "construction_months": months, "operation_years": years}, "capital": capital}


@st.composite
def schedules(draw: st.DrawFn, years: int) -> dict[str, Any]:
    """Rate, term, grace and fee of a loan that is repaid by a schedule within so many years."""
    term = draw(st.integers(1, years))
    method = draw(st.sampled_from(["equal_principal", "annuity", "bullet", "custom"]))
    return {
        "years": term, "rate": draw(st.sampled_from([0.0, 0.035, 0.12])), "grace_years": draw(st.integers(0, min(term - 1, 3))),
        "fee_share": draw(st.sampled_from([0.0, 0.02])), "repayment": method,
        **({"repayment_shares": draw(parts(term))} if method == "custom" else {}),
    }  # fmt: skip


@st.composite
def loans(draw: st.DrawFn, years: int, phases: int, replaced: list[int]) -> dict[str, Any]:
    """One to three loans of the construction, a refinancing and a loan for a replacement; one may follow the cash."""
    led = draw(
        st.sampled_from(["", "", "sweep"] if phases > 1 else ["", "", "sweep", "capacity", "sculpted", "sculpted"])
    )
    shares = draw(st.integers(1, 3).flatmap(parts))
    found = {f"l{at}": {**draw(schedules(years)), "share": part} for at, part in enumerate(shares)}
    if led in ("capacity", "sculpted"):
        found["l0"].pop("repayment_shares", None)
        found["l0"] |= {"repayment": led, "target_dscr": draw(st.sampled_from([1.0, 1.2, 2.0]))}
    if phases == 1 and found[f"l{len(shares) - 1}"]["repayment"] != led and draw(st.integers(0, 2)) == 2:
        drawn = draw(st.integers(1, years - 1))
        found["new"] = {**draw(schedules(years - drawn)), "refinances": f"l{len(shares) - 1}", "drawn_in": drawn}
    if replaced and draw(st.booleans()):
        drawn = draw(st.sampled_from(replaced))
        found["parts"] = {**draw(schedules(years - drawn)), "share": draw(st.sampled_from([0.3, 0.8])), "drawn_in": drawn}  # fmt: skip
    if led == "sweep":
        for loan, part in zip(found.values(), draw(parts(len(found))), strict=True):
            loan["sweep_share"] = round(part * draw(st.sampled_from([0.5, 1.0])), 3) // 0.001 * 0.001
    reserve = {} if led in ("sweep", "capacity") else {"reserve_months": draw(st.sampled_from([0, 0, 6, 18]))}
    if len(found) > 1 or draw(st.booleans()):
        return {"loans": found, "loan_rate": 0.05, "loan_years": 1, **reserve}
    only = found["l0"]
    only["loan_rate"], only["loan_years"] = only.pop("rate"), only.pop("years")
    return {**{name: value for name, value in only.items() if name != "share"}, **reserve}


def _accepted(grant: dict[str, Any]) -> dict[str, Any]:
    """A later grant that lowers a cost suits some schedules of depreciation only; tests of its own draw those."""
    late = "operating_year" in grant and grant["treatment"] == "reduce_cost"
    return {**grant, "treatment": "deferred_income"} if late else grant


@st.composite
def sources(draw: st.DrawFn, years: int, phases: int) -> dict[str, Any]:
    """Leases, grants, working capital, the short-term loan, distribution, parties and conventions of appraisal."""
    lease = st.fixed_dictionaries({
        "kind": st.sampled_from(["direct", "sale_and_leaseback"]), "share": st.sampled_from([0.0, 0.3]), "rate": st.sampled_from([0.0, 0.06]),
        "years": st.integers(1, years), "fee_share": st.sampled_from([0.0, 0.01]),
    })  # fmt: skip
    grant = st.fixed_dictionaries({
        "yuan": st.sampled_from([0, 300_000, 1_200_000]), "treatment": st.sampled_from(["deferred_income", "reduce_cost", "income"]),
        "income_tax": st.sampled_from(["as_booked", "on_receipt", "exempt"]), "vat_rate": st.sampled_from([0.0, 0.06]),
    }, optional={"operating_year": st.integers(1, years)}).map(_accepted)  # fmt: skip
    leased = draw(st.lists(lease, max_size=2)) if phases == 1 else []
    own, more, left = (draw(parts(2)) for _ in range(3))
    party = {
        name: {"share": own[at], "dividend_share": more[at], "liquidation_share": left[at]}
        for at, name in enumerate(("state", "fund"))
    }
    return {
        "debt_share": draw(st.sampled_from([0.0, 0.5, 0.7, 0.8, 1.0])),
        "leases": {f"r{at}": one for at, one in enumerate(leased)},
        "grants": {f"g{at}": one for at, one in enumerate(draw(st.lists(grant, max_size=2)))},
        "parties": draw(st.sampled_from([{}, party])),
        "construction_interest": draw(st.sampled_from(["capitalised", "inside_draw"])),
        "working_capital_yuan_per_kw": draw(st.sampled_from([0, 40])), "working_capital_debt_share": draw(st.sampled_from([0.0, 0.7])),
        "working_capital_rate": 0.04, "short_loan": draw(st.sampled_from(["bridge", "bridge", "none"])), "short_loan_rate": draw(st.sampled_from([0.0, 0.05])),
        "minimum_cash_yuan": draw(st.sampled_from([0, 300_000])), "dividend_payout": draw(st.sampled_from([0.0, 0.5, 1.0, 1.0])),
        "surplus_reserve_share": draw(st.sampled_from([0.0, 0.1])), "surplus_reserve_cap": draw(st.sampled_from([0.1, 0.5])),
        "discount_rate": draw(st.sampled_from([0.0, 0.06, 0.15])), "inflation": draw(st.sampled_from([0.0, 0.02, -0.01])),
        "discount_basis": draw(st.sampled_from(["nominal", "real"])), "timing": draw(st.sampled_from(["end", "start", "mid"])),
    }  # fmt: skip


@st.composite
def depreciation(draw: st.DrawFn, years: int, residual: float) -> dict[str, Any]:
    """A method in the books and one for tax, with the lives and shares that they need."""
    method, tax, life = draw(DEPRECIATIONS), draw(TAX_DEPRECIATIONS), draw(st.integers(2, 20))
    found: dict[str, Any] = {
        "depreciation": method, "depreciation_years": life, "residual_share": residual, "tax_depreciation": tax
    }  # fmt: skip
    if method == "custom":
        shares = draw(parts(min(life, years)))
        found["depreciation_shares"] = [part * (1 - residual) for part in shares]
    if tax != "as_booked" and draw(st.booleans()):
        found["tax_depreciation_years"] = draw(st.integers(2, 20))
    return found


@st.composite
def assets(draw: st.DrawFn, years: int) -> dict[str, Any]:
    """What is built and later replaced, classes of it, its depreciation, sale and removal."""
    events = st.lists(st.integers(1, years - 1), min_size=1, max_size=2, unique=True).map(sorted)
    work = st.fixed_dictionaries(
        {"operation_years": events, "yuan": st.sampled_from([0, 500_000, 3_000_000]), "treatment": st.sampled_from(["capitalise", "expense"]),
         "depreciation_years": st.integers(1, 12)},
        optional={"vat_rate": st.just(0.09), "residual_share": st.just(0.1)},
    )  # fmt: skip
    residual = st.sampled_from([0.0, 0.05])
    optional = {"disposal_yuan": st.sampled_from([0, 2_000_000])}
    capital = {
        "battery_yuan_per_kwh": draw(st.sampled_from([300, 500, 900])), "power_yuan_per_kw": draw(st.sampled_from([0, 200])), "equipment_yuan": 500_000,
        "works_yuan_per_kwh": draw(st.sampled_from([0, 100])), "works_yuan": draw(st.sampled_from([0, 300_000])), "services_yuan": draw(st.sampled_from([0, 600_000])),
        "land_yuan": draw(st.sampled_from([0, 500_000])), "land_years": draw(st.integers(1, 50)), "contingency_share": draw(st.sampled_from([0.0, 0.05])),
        "price_basis": draw(st.sampled_from(["incl_vat", "excl_vat"])), "price_rise": draw(st.sampled_from([0.0, 0.03])), "price_rise_lead_years": draw(st.sampled_from([0, 1.5])),
        "decommissioning_yuan": draw(st.sampled_from([0, 800_000])), **draw(residual.flatmap(lambda part: depreciation(years, part))),
        "classes": {name: {"lines": CLASSES[name], **draw(residual.flatmap(lambda part: depreciation(years, part)))} for name in draw(st.lists(st.sampled_from(sorted(CLASSES)), max_size=2, unique=True))},
        "later_works": {f"w{at}": one for at, one in enumerate(draw(st.lists(work, max_size=2)))},
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }  # fmt: skip
    replacement = draw(st.fixed_dictionaries(
        {"operation_years": st.just([]) | events, "battery_yuan_per_kwh": st.sampled_from([0, 300]), "treatment": st.sampled_from(["capitalise", "expense"]),
         "salvage_yuan_per_kwh": st.sampled_from([0, 20]), "depreciation_years": st.integers(1, 12), "residual_share": residual},
        optional={"vat_rate": st.just(0.09), "retired_share": st.sampled_from([0.0, 0.4, 1.0])},
    ))  # fmt: skip
    return {"capital": capital, "storage": {"replacement": replacement}}


@st.composite
def taxes(draw: st.DrawFn) -> dict[str, Any]:
    """Losses, holidays, reduced rates, refunds of the VAT pool and the small taxes."""
    free, half = draw(st.sampled_from([(0, 0), (3, 3), (0, 2)]))
    found: dict[str, Any] = {
        "loss_years": draw(st.sampled_from([5, 10])), "income_tax_rate": draw(st.sampled_from([0.0, 0.25])), "holiday_free_years": free,
        "holiday_half_years": half, "adjusted_tax": draw(st.sampled_from(["unlevered", "unlevered", "booked"])),
        "property_tax_share": draw(st.sampled_from([0.0, 0.0084])), "land_use_tax_yuan_per_year": draw(st.sampled_from([0, 20_000])), "stamp_duty_share": 0.0003,
    }  # fmt: skip
    if draw(st.booleans()):
        found |= {"reduced_income_tax_rate": 0.15, "reduced_until": draw(st.integers(2026, 2036))}
    if draw(st.booleans()):
        found |= {"holiday_base_rate": 0.25}
    if draw(st.booleans()):
        found |= {
            "vat_refund_share": draw(st.sampled_from([0.6, 1.0])), "vat_refund_from": draw(st.integers(0, 4)),
            "vat_refund_base": draw(st.sampled_from(["increase", "pool"])), "vat_refund_rule": "a rule of the test, 2022",
        }  # fmt: skip
    return found


@st.composite
def earnings(draw: st.DrawFn, years: int) -> dict[str, Any]:
    """Yearly amounts from very good to none and below: a third of the projects cannot pay their debt."""
    level = draw(st.sampled_from([0, 600_000, 2_000_000, 3_000_000, 6_000_000, 20_000_000]))
    swing = st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), min_size=years, max_size=years)
    income = draw(st.just(level) | swing.map(lambda parts: [level * part for part in parts]))
    known = {
        "stream": "schedule", "paid_by": "market", "income_yuan": income, "cost_yuan": draw(st.sampled_from([0, 300_000, 4_000_000])),
        "charging_yuan": draw(st.sampled_from([0, 500_000])), "vat_rate": draw(st.sampled_from([0.13, 0.06, 0.0])), "cost_vat_rate": 0.06,
        "taxed": draw(st.sampled_from([True, True, False])),
    }  # fmt: skip
    more = {"stream": "schedule", "paid_by": "market", "income_yuan": draw(st.sampled_from([400_000, -900_000])), "vat_rate": 0, "subsidy": draw(st.booleans())}  # fmt: skip
    streams = {"known": known, **({"more": more} if draw(st.booleans()) else {})}
    if draw(st.booleans()):
        streams["capacity"] = CAPACITY
    return streams


@st.composite
def structures(draw: st.DrawFn) -> dict[str, Any]:
    """A valid case whose structure is drawn: everything that changes a formula of the books, and how it fares."""
    line = draw(time_lines())
    years, phases = line["project"]["operation_years"], len(line["project"].get("phases", [1]))
    built = draw(assets(years))
    replaced = [*built["storage"]["replacement"]["operation_years"]]
    for work in built["capital"]["later_works"].values():
        replaced.extend(work["operation_years"])
    finance = {**draw(loans(years, phases, sorted(set(replaced)))), **draw(sources(years, phases))}
    cost = {
        "fixed_yuan_per_kw_year": draw(st.sampled_from([0, 30])), "variable_yuan_per_kwh": draw(st.sampled_from([0, 0.01])),
        "insurance_share": draw(st.sampled_from([0, 0.005])), "staff_yuan_per_year": draw(st.sampled_from([0, 200_000])), "escalation": draw(st.sampled_from([0.0, 0.03])),
        "price_basis": draw(st.sampled_from(["incl_vat", "excl_vat"])),
    }  # fmt: skip
    bare = plant(line, built, {"operating_cost": cost, "tax": draw(taxes())})
    del bare["market"]["typical_days"]
    return {
        **bare, "storage": {**bare["storage"], "discharged_mwh": 4000, "charged_mwh": 5000}, "finance": finance, "revenue": draw(earnings(years)),
    }  # fmt: skip
