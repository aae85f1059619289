"""A proposed time-of-use tariff: the ratios of 2021, revenue kept in closed form, bills in plain Python, bad files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from scipy.optimize import brentq

from appraisal.errors import InputError
from appraisal.library import Library, RetailYear
from appraisal.library.time_of_use import requirements
from appraisal.report.tariff_check import of_tariff_check
from appraisal.study.tariff_check import TariffCheck, check_tariff

HEAD = "check: {tariff: retail.%s, priced_from: 2026-08, voltage: 10kV, parts: two%s}\n"
LOAD = [60, 58, 57, 56, 56, 58, 64, 75, 88, 94, 97, 95, 88, 92, 96, 98, 97, 92, 88, 86, 82, 76, 70, 64]
KEPT = f"load:\n- {{months: [6, 7, 8], kw: {[2 * kw for kw in LOAD]}}}\n- {{months: [1, 2, 3, 4, 5, 9, 10, 11, 12], kw: {LOAD}}}\n"
WIDER = "proposal: {ratio: {s: 2.4, p: 2.0, v: 0.33}}\n"
SHARE = ", load_difference: 0.42"


def checked(folder: Path, text: str) -> TariffCheck:
    path = folder / "proposal.yaml"
    path.write_text(text, encoding="utf-8")
    return check_tariff(path)


def hours(year: RetailYear, load: list[float], summer: float = 1.0) -> Iterator[tuple[float, int, str]]:
    """(kWh, month, letter) of every hour of every kind of day, plainly; every day of the tariff has 24 or 48 letters."""
    for day in year.days:
        parts = len(day.letters) // 24
        for place, letter in enumerate(day.letters):
            yield (
                load[place // parts] / parts * day.days * (summer if day.month in (6, 7, 8) else 1.0),
                day.month,
                letter,
            )


def paid(year: RetailYear, load: list[float], summer: float = 1.0) -> float:
    return sum(kwh * year.prices[month - 1][letter] for kwh, month, letter in hours(year, load, summer))


@pytest.mark.parametrize(
    ("multiples", "difference", "told"),
    [
        ({"p": 1.6, "v": 0.4}, 0.41, [("peak_to_valley", 4.0, True)]),
        ({"p": 1.6, "v": 0.41}, 0.41, [("peak_to_valley", 4.0, False)]),
        ({"p": 1.6, "v": 0.5}, 0.40, [("peak_to_valley", 3.0, True)]),
        ({"s": 1.91, "p": 1.6, "v": 0.55}, None, [("peak_to_valley", 3.0, False), ("sharp_over_peak", 1.2, False)]),
        ({"s": 1.92, "p": 1.6, "f": 1.0}, None, [("sharp_over_peak", 1.2, True)]),
        ({"s": 1.6, "p": 1.6}, None, []),
    ],
)  # fmt: skip
def test_ratios_are_asked_for_as_the_notice_of_2021_does(multiples: dict[str, float], difference: float | None, told: list[tuple[str, float, bool]]) -> None:  # fmt: skip
    """4 : 1 above a load difference of 40 %, else 3 : 1; sharp 20 % over peak (1093号); Beijing's 1.6/0.4 is 4 (RULES §5)."""
    found = requirements(Library.open(), multiples, date(2026, 8, 1), difference)
    assert [(one.key, one.least, one.met) for one in found] == told


def test_revenue_of_the_stated_load_is_kept_in_closed_form(tmp_path: Path) -> None:
    """Mean before = mean of the neutral prices to 1e-9; the factor is what scipy's root of a plain sum over the hours is."""
    found = checked(tmp_path, HEAD % ("jiangsu", SHARE) + WIDER + KEPT)
    present, after = found.years["present"], found.years["proposed"]
    assert found.revenue.mean["neutral"] == pytest.approx(found.revenue.mean["present"], abs=1e-9)
    use = sum(kwh for kwh, _, _ in hours(present, LOAD, 2.0))
    assert found.revenue.mean["present"] == pytest.approx(paid(present, LOAD, 2.0) / use, rel=1e-12)

    def gap(factor: float) -> float:
        sums = (
            kwh * (factor * after.ratios[month - 1][letter] * after.floating[month - 1] + after.fixed[month - 1])
            for kwh, month, letter in hours(after, LOAD, 2.0)
        )
        return sum(sums) - paid(present, LOAD, 2.0)

    assert found.revenue.factor == pytest.approx(brentq(gap, 0.1, 3.0, xtol=1e-14), rel=1e-10)
    assert found.revenue.short_yuan == pytest.approx(paid(present, LOAD, 2.0) - paid(after, LOAD, 2.0), rel=1e-9)


def test_proposal_of_what_stands_changes_nothing(tmp_path: Path) -> None:
    """Jiangsu's own multiples: factor 1, the same prices, no bill moves."""
    day = "customers: {night: {load_kw: 5}}\n"
    found = checked(
        tmp_path, HEAD % ("jiangsu", SHARE) + "proposal: {ratio: {}, periods: {" + _periods() + "}}\n" + KEPT + day
    )
    assert found.years["proposed"].prices == found.years["present"].prices
    assert found.revenue.factor == pytest.approx(1.0, abs=1e-12)
    assert found.customers[0].energy_yuan is not None
    assert len({round(yuan, 6) for yuan in found.customers[0].energy_yuan.values()}) == 1


def _periods() -> str:
    """The map of hours of Jiangsu's ordinary days, as a proposal writes it."""
    year = Library.open().retail("retail.jiangsu", start=date(2026, 8, 1), voltage="10kV", parts="two")
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    by_month = {day.month: day.letters for day in year.days if day.kind == "ordinary"}
    return ", ".join(f"{name}: {by_month[place]}" for place, name in enumerate(names, start=1))


def test_whole_tariff_file_and_changed_ratios_agree(tmp_path: Path) -> None:
    """The area's file with its ratios rewritten prices every month as the same ratios stated do."""
    text = (Path(__file__).parents[2] / "tariffs/retail/jiangsu.yaml").read_text(encoding="utf-8")
    stated = checked(tmp_path, HEAD % ("jiangsu", SHARE) + "proposal: {ratio: {v: 0.3}}\n" + KEPT)
    present = stated.years["present"].ratios[7]["v"]
    (tmp_path / "whole.yaml").write_text(text.replace(f"v: {present:g}", "v: 0.3"), encoding="utf-8")
    whole = checked(tmp_path, HEAD % ("jiangsu", SHARE) + "proposal: {file: whole.yaml}\n" + KEPT)
    assert stated.years["proposed"].ratios[7]["v"] == 0.3
    assert whole.years["proposed"].prices == stated.years["proposed"].prices


def test_bills_of_customers_are_those_of_plain_python(tmp_path: Path) -> None:
    """A load and a case without storage pay Σ kWh · price; the case's storage is dispatched anew on the wider spread and saves more."""
    text = (
        HEAD % ("jiangsu", SHARE)
        + WIDER
        + KEPT
        + f"customers:\n  night: {{load_kw: {LOAD[::-1]}}}\n  host: {{case: jiangsu_user_small}}\n"
    )
    found = checked(tmp_path, text)
    energy, appraised = found.customers[0].energy_yuan, found.customers[1].appraised
    assert energy is not None
    assert appraised is not None
    for name, year in found.years.items():
        assert energy[name] == pytest.approx(paid(year, LOAD[::-1]), rel=1e-12)
    load = [1000.0 * float(mw) for mw in appraised["present"].case.market.load_mw[0]]  # type: ignore[index]
    table = of_tariff_check(found, "en").tables["customers"]
    moved = float(table.iloc[4]["Change of the bill without storage, yuan/year"])
    assert moved == pytest.approx(paid(found.years["proposed"], load) - paid(found.years["present"], load), rel=1e-9)
    saved = table["Saved by storage, yuan/year"]
    assert saved.iloc[4] > saved.iloc[3] > 0


def test_sharp_hours_below_the_load_share_are_named(tmp_path: Path) -> None:
    """A system load of 100 at 17–20 h and 94 elsewhere: sharp hours of 17–18 stand, one at 10 h is named in each of its months (95 %, 1093号)."""
    system = [94] * 17 + [100] * 3 + [60] * 4
    shown = "vvvvvvvv ffsf ffff fsff ffff".replace(" ", "")
    text = (
        HEAD % ("beijing", f", system_load_kw: {system}")
        + f"proposal: {{ratio: {{s: 2.0, p: 1.6, v: 0.4}}, periods: {{others: {shown}}}}}\n"
        + KEPT
    )
    found = checked(tmp_path, text)
    assert found.load_difference == pytest.approx(0.4)
    assert found.sharp is not None
    assert {(month, hour, load) for month, hour, load in found.sharp.below} == {
        (month, 10.0, 0.94) for month in range(1, 13)
    }
    assert not found.met


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD % ("jiangsu", "") + "propose: 1\nproposal: {ratio: {x: 2}, file: a.yaml}\nload: []\n", ["propose: unknown section", "check.load_difference: required", "proposal.ratio.x: unknown key", "proposal.file: a whole tariff stands alone", "load: expected a list"]),
        (HEAD % ("jiangsu", ", load_difference: 1.4") + "load:\n- {kw: [1, 2]}\n- {months: [3], kw: 0}\ncustomers: {a: {}, b: {case: x, load_kw: 3}, c: {case: ../x.yaml}}\n", ["check.load_difference: 1.4", "load.0.kw", "load.1.kw: is nothing but zeros", "load.1.months: month 3 stands twice", "customers.a: state either", "customers.b: state either", "customers.c.case: '../x.yaml' names a folder", "proposal: state what"]),
        (HEAD % ("jiangsoo", SHARE) + "proposal: {periods: {jan: vvv}}\n" + KEPT, ["check.tariff: ", "proposal.periods jan: 3 letters", "no map for feb"]),
        (HEAD % ("beijing", SHARE) + "proposal: {periods: {others: " + "d" * 24 + "}}\n" + KEPT, ["proposal.ratio.d: month 8 shows deep valley hours"]),
    ],
)  # fmt: skip
def test_bad_file_tells_every_fault(tmp_path: Path, text: str, told: list[str]) -> None:
    """Each fault once with its path, in Chinese as many as in English."""
    with pytest.raises(InputError) as caught:
        checked(tmp_path, text)
    lines = caught.value.text("en").splitlines()
    assert [part for part in told if not any(part in line for line in lines)] == []
    assert len(lines) == len(caught.value.text("zh").splitlines())


def test_customer_of_another_tariff_is_refused(tmp_path: Path) -> None:
    """A case on Zhejiang's tariff has no bill under a proposal for Jiangsu."""
    with pytest.raises(InputError, match=r"is on retail\.zhejiang, not on retail\.jiangsu"):
        checked(tmp_path, HEAD % ("jiangsu", SHARE) + WIDER + KEPT + "customers: {a: {case: zhejiang_user_lfp}}\n")
