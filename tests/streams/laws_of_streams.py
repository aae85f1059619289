"""What holds of every stream; ``test_conformance`` and its sisters run it over every file found in ``streams/``.

The cases are those of ``drawn_cases``. Where a stream's own ``check`` refuses a draw, or dispatch does, the draw is set
aside, and a test proves that enough draws were taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np
from drawn_cases import DRAWS, dispatched, idle, known

from appraisal import Case
from appraisal.case.periods import periods
from appraisal.dispatch.pose import distinct, pose
from appraisal.dispatch.run import dispatch, solve
from appraisal.errors import InputError
from appraisal.operation import Offer, Operation, Payer, Settlement, Solved
from appraisal.streams import payers, settle, settle_one, stream
from appraisal.streams._claims import DAY, scaled
from appraisal.units import Table, table


def offer_of(case: Case, label: str = "it") -> Offer:
    """What the stream lays before the optimiser."""
    terms = case.streams[label]
    return stream(terms.stream or label).offer(case, terms)


def settled(case: Case, operation: Operation, label: str = "it") -> Settlement:
    """What the stream is paid for an operation."""
    return settle_one(case, label, operation)


def at_state(case: Case, operation: Operation, solved: Solved, state: int) -> Operation:
    """The plant run in every operating year at one solved state of health, never out of service."""
    operating, power = periods(case.project).operating, case.storage.power_mw

    def laid(quantity: Table) -> Table:
        return quantity[:, state : state + 1] * power * operating

    return replace(
        operation, running=operating, soh=operating * solved.problem.states[0, state],
        usable_mwh=case.storage.energy_mwh * case.storage.depth_of_discharge * operating * solved.problem.states[0, state],
        charged_mwh=laid(solved.charged), discharged_mwh=laid(solved.discharged),
        paid={name: laid(money) for name, money in solved.paid.items()},
        earned={name: laid(money) for name, money in solved.earned.items()},
    )  # fmt: skip


def arrays(place: Any, path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every array inside mappings, tuples and dataclasses, with its path."""
    if isinstance(place, np.ndarray):
        yield path, place
    elif isinstance(place, Mapping):
        for key in sorted(place):
            yield from arrays(place[key], f"{path}.{key}")
    elif isinstance(place, tuple):
        for at, one in enumerate(place):
            yield from arrays(one, f"{path}.{at}")
    elif hasattr(place, "__dataclass_fields__"):
        yield from arrays(vars(place), path)


def same(first: Any, second: Any) -> bool:
    """Whether two offers or settlements hold the same arrays, to the bit, broadcast where one row serves all."""
    left, right = dict(arrays(first)), dict(arrays(second))
    return left.keys() == right.keys() and all(
        np.array_equal(*np.broadcast_arrays(left[path], right[path]), equal_nan=True) for path in left
    )


def numbers_of(case: Case) -> dict[str, Table]:
    """The stream's own numbers that may differ by scenario and are stated."""
    return {
        path: array for path, what, array in case.revenue["it"].numbers() if what.kind == "number" and array is not None
    }


def nudged(case: Case, term: str, factor: float) -> Case | None:
    """The case with one term scaled, or None where that leaves the field's range."""
    try:
        return case.vary({f"revenue.it.{term}": factor * numbers_of(case)[term]})
    except InputError:
        return None


# --- the suite ---


def test_stream_is_declared_under_its_file_name(name: str) -> None:
    """The title is the file's name, and every term named in the declaration exists."""
    kind = stream(name)
    assert kind.title == name
    fields = kind.terms.model_fields
    assert set(kind.dispatch_terms) <= set(fields)
    assert set(kind.linear_in) <= set(fields)
    assert set(kind.facts) <= set(fields)
    assert set(kind.claim_terms) <= set(fields)


def test_stream_random_terms_make_enough_valid_cases(name: str) -> None:
    """The suite has something to judge: at least one side admits the stream, with all the draws asked for."""
    assert len(known(name)) >= DRAWS


def test_stream_objective_equals_settlement_for_moving(name: str) -> None:
    """settled(optimum).moving − settled(idle).moving = the objective without its throughput cost, at each solved state."""
    for case in known(name):
        kinds = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
        posed = pose(case, kinds)
        solved = solve(posed.problem)
        operation = dispatched(case)
        for state in range(solved.value.shape[1]):
            at = at_state(case, operation, solved, state)
            moving, still = (
                sum(settled(case, each, label).moving for label in case.streams) for each in (at, idle(at))
            )
            objective = solved.value[:, state] + solved.problem.throughput_cost[:, 0] * solved.discharged[:, state]
            expected = objective[:, None] * case.storage.power_mw * periods(case.project).operating
            scale = max(abs(money).max() for lines in (at.paid, at.earned) for money in (*lines.values(), np.ones(1)))
            np.testing.assert_allclose(
                moving - still, np.broadcast_to(expected, (moving - still).shape), rtol=0, atol=1e-9 * scale
            )


def test_stream_price_lines_are_money_of_the_offer(name: str) -> None:
    """Each metered line is its offered price times the energy of the step, summed over the year (independent sum)."""
    for case in known(name)[::4]:
        solved = dispatched(case).solved
        assert solved is not None
        schedule, clock = solved.schedule, solved.schedule.clock
        offers = {label: offer_of(case, label) for label in case.streams}
        for moved, lines, money in (
            (schedule.charge_mw, "buy", solved.paid),
            (schedule.discharge_mw, "sell", solved.earned),
        ):
            energy = moved * clock.step_hours * clock.weight[:, None]
            for label, offer in offers.items():
                for line, price in getattr(offer, lines).items():
                    by_hand = float((np.broadcast_to(price, (1, energy.size)).reshape(energy.shape) * energy).sum())
                    np.testing.assert_allclose(money[f"{label}.{line}"][0, 0], by_hand, rtol=1e-9, atol=1e-6)


def test_stream_tables_have_the_shapes_of_the_path(name: str) -> None:
    """Money is (S or 1, Y) or (S or 1, 1), rates are (S or 1, 1), all finite; so in a block of three."""
    for case in known(name):
        for block in (case, case.vary({"storage.power_mw": case.storage.power_mw[0, 0] * np.array([1.0, 1.1, 1.2])})):
            years, rows = periods(block.project).years, block.scenarios
            for path, array in settled(block, dispatch(block)).tables().items():
                assert array.dtype == np.float64
                assert array.ndim == 2
                assert array.shape[0] in (1, rows)
                assert array.shape[1] in ((1,) if path.endswith("vat_rate") else (1, years))
                assert np.isfinite(array).all()


def test_stream_pays_nothing_before_operation(name: str) -> None:
    """In construction years only the change of the equipment price may fall; after them that must not."""
    for case in known(name):
        columns = periods(case.project)
        operating = columns.operating[0] > 0
        for path, array in settled(case, dispatched(case)).tables().items():
            if array.shape[1] != columns.years:
                assert path.endswith("vat_rate") or not array.any()
                continue
            quiet = operating if path == "capital_change" else ~operating
            assert not array[:, quiet].any(), path


def test_stream_rows_never_talk(name: str) -> None:
    """A block's settlement is that of each scenario alone, to the bit, whatever differs between the scenarios."""
    for case in known(name)[::2]:
        rng = np.random.default_rng(5)
        varied = {
            f"revenue.it.{term}": array[0, 0] * rng.uniform(0.97, 1.0, 3)
            for term, array in numbers_of(case).items()
            if not term.endswith("years")  # whole numbers, some the same for all rows
        }
        varied |= {"storage.energy_mwh": rng.uniform(15, 25, 3), "market.price_scale": rng.uniform(0.8, 1.2, 3)}
        try:
            block = case.vary(varied)
        except InputError:
            continue
        whole = settle(block, dispatch(block))
        for row in range(3):
            alone = block.rows(np.array([row]))
            assert same(whole.rows(slice(row, row + 1)), settle(alone, dispatch(alone)))


def test_stream_income_is_linear_where_it_says_so(name: str) -> None:
    """Halving a term named in ``linear_in`` halves what is paid, at an unchanged operation."""
    kind = stream(name)
    tried = dict.fromkeys(kind.linear_in, 0)
    for case in known(name):
        operation = dispatched(case)
        for term in kind.linear_in:
            stated = getattr(case.revenue["it"], term)
            half = case.revenue["it"].model_copy(update={term: 0.5 * stated})
            changed = replace(case, revenue={**case.revenue, "it": half})
            whole, less = settled(case, operation), settled(changed, operation)
            paid = "income" if whole.income.any() else "capital_change"
            np.testing.assert_allclose(getattr(less, paid), 0.5 * getattr(whole, paid), rtol=1e-12, atol=1e-9)
            tried[term] += bool(getattr(whole, paid).any())
    assert all(tried.values()), f"no case pays anything for {[term for term, count in tried.items() if not count]}"


def test_stream_idle_plant_is_paid_only_where_declared(name: str) -> None:
    """A plant that never moves earns something under ``paid_when_idle`` in some case, and never for moving."""
    kind, paid = stream(name), []
    for case in known(name):
        still = idle(dispatched(case))
        assert not settled(case, still).moving.any()
        got = settled(case, still)
        paid.append(bool(got.income.any() or got.capital_change.any()))
    fixed_fee = [getattr(case.revenue["it"], "emc", None) == "fixed_fee" for case in known(name)]
    if kind.paid_when_idle:
        assert any(paid)
    else:
        assert not any(got for got, fee in zip(paid, fixed_fee, strict=True) if not fee)


def test_stream_offer_reads_exactly_its_dispatch_terms(name: str) -> None:
    """A term outside ``dispatch_terms`` leaves the offer as it is; each of those inside changes it in some case."""
    kind = stream(name)
    moved: set[str] = set()
    for case in known(name):
        before = offer_of(case)
        for term in numbers_of(case):
            changed = nudged(case, term, 0.9)
            if changed is None:
                continue
            if not same(before, offer_of(changed)):
                assert term in kind.dispatch_terms, f"the offer reads {term}, which is not among dispatch_terms"
                moved.add(term)
    assert moved == set(kind.dispatch_terms)


def test_stream_scenarios_share_a_dispatch_unless_it_reads_what_differs(name: str) -> None:
    """Two scenarios that differ in one term are one problem, or two where the offer reads that term."""
    kind = stream(name)
    for case in known(name)[:3]:
        kinds = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
        for term, array in numbers_of(case).items():
            try:
                block = case.vary({f"revenue.it.{term}": array[0, 0] * np.array([1.0, 0.9])})
            except InputError:
                continue
            first, which = distinct(block, kinds)
            expected = 2 if term in kind.dispatch_terms and array[0, 0] else 1
            assert len(first) == expected
            assert len(which) in (1, 2)


def test_stream_claim_leaves_only_the_rest(name: str) -> None:
    """Power and energy that are set aside are not used again: flows and state of charge keep to what is left."""
    for case in known(name):
        claims = offer_of(case).claims
        solved = dispatched(case).solved
        assert solved is not None
        schedule = solved.schedule
        shape = schedule.charge_mw.shape
        left = np.ones(shape)
        usable = case.storage.energy_mwh / case.storage.power_mw * case.storage.depth_of_discharge
        usable = usable * (1.0 - sum(claim.energy_share for claim in claims))
        for claim in claims:
            left = left - np.broadcast_to(claim.power_share, (1, left.size)).reshape(shape)
        assert (schedule.charge_mw + schedule.discharge_mw <= left + 1e-9).all()
        assert (schedule.soc_mwh <= usable[0, 0] + 1e-9).all()


def test_stream_payers_share_its_income(name: str) -> None:
    """Whoever pays is a known payer, and their shares, one a scenario, add to the whole (``payers`` refuses others)."""
    for case in known(name):
        shares = payers(case, "it")
        assert set(shares) <= set(get_args(Payer))
        assert all(share.shape[1] == 1 for share in shares.values())
        np.testing.assert_allclose(sum(shares.values()), 1.0, rtol=0, atol=1e-9)
        sold = stream(name).sold_share(case, case.streams["it"])
        assert sold.shape[1] == 1
        assert ((sold >= 0.0) & (sold <= 1.0)).all()


def test_stream_claim_that_is_scaled_down_is_paid_less(name: str) -> None:
    """Half of every one of ``claim_terms`` is half the power, energy and cycles held, and from half to all of the income."""
    kind, lowered = stream(name), 0
    for case in known(name):
        terms = case.revenue["it"]
        claims = kind.claims(case, terms, DAY.hour, DAY.step_hours)
        if not kind.claim_terms or not claims:
            continue
        half = {"it": table(0.5)}
        smaller = scaled(case, {"it": kind.claim_terms}, half)
        for before, after in zip(
            claims, kind.claims(smaller, smaller.revenue["it"], DAY.hour, DAY.step_hours), strict=True
        ):
            for held in ("power_share", "energy_share", "cycles_per_year"):
                np.testing.assert_allclose(getattr(after, held), 0.5 * getattr(before, held), rtol=1e-12, atol=0)
        still = idle(dispatched(case))
        whole, paid = settled(case, still).income, settled(smaller, still).income
        # A cap of what is paid, or a source that gives less than the claim could take, holds the whole before its half.
        assert (paid >= 0.5 * whole * (1.0 - 1e-12)).all()
        assert (paid <= whole * (1.0 + 1e-12)).all()
        lowered += bool((paid < whole).any())
    assert lowered or not kind.claim_terms


def test_stream_scenarios_of_one_problem_meet_the_same_problem(name: str) -> None:
    """Whatever number of the case differs: scenarios taken for one problem pose the same one, to the bit."""
    case = known(name)[0]
    kinds = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    seen = pose(case, kinds).problem
    for path, what, array in case.numbers():
        if what.kind != "number" or array is None or not array.any():
            continue
        try:
            block = case.vary({path: array[0, 0] * np.array([1.0, 0.95])})
        except InputError:
            continue
        if len(distinct(block, kinds)[0]) == 1:
            assert same(seen, pose(block.rows(np.array([1])), kinds).problem), path
