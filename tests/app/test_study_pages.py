"""The pages of studies, comparison and method: both languages, what is chosen survives, a cell opens exactly its case."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from structures import CHOSEN

from appraisal.app import jobs
from appraisal.app.comparing import Entry
from appraisal.app.draft import Draft, ready
from appraisal.app.moved import first_ends
from appraisal.app.opening import changes_of
from appraisal.app.sampling import FIRST_BASE, FIRST_DRAWS
from appraisal.app.studies import Sample, monte_carlo_of
from appraisal.case import Case, Change
from appraisal.errors import InputError
from appraisal.pipeline import appraise
from appraisal.scenario import resolved, scenario_names
from appraisal.study.draw import quantiles
from appraisal.study.drivers import driver_input, driver_keys
from appraisal.study.grid import grid
from appraisal.study.indices import design, indices
from appraisal.study.inputs import inputs_of, valued
from appraisal.study.oneway import one_way
from appraisal.study.risk import COVENANT, monte_carlo

Open = Callable[..., AppTest]

CHINESE = re.compile(r"[\u3400-\u9fff]")
# A name with an underscore is a key of ours, never a word.
RAW = re.compile(r"(?<![\w/.])[a-z]+_[a-z_]+(?!\w)")
VIEWS = {
    "sensitivity": ("sensitivity_view", ("tornado", "spider", "grid", "breakeven", "solve")),
    "uncertainty": ("uncertainty_view", ("montecarlo", "indices")),
    "method": ("method_view", ("method", "formulas", "sources", "glossary", "trust", "version")),
    "compare": ("compare_base", (0,)),
}
PLACES = [(page, key, view) for page, (key, views) in VIEWS.items() for view in views]
CONTRACT = "contract_schedule"


def _read(cell: object) -> str:
    """A cell of a table as a person reads it: without the marks that keep its signs from being markup."""
    return re.sub(r"\\(.)", r"\1", str(cell))


def _words(app: AppTest) -> Iterator[str]:
    """What a person reads on the page itself, the sidebar apart."""
    for kind in ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success"):
        yield from (str(one.value) for one in getattr(app.main, kind))
    for kind in ("selectbox", "number_input", "text_input", "button", "expander"):
        yield from (str(one.label) for one in getattr(app.main, kind))
    for box in app.main.selectbox:
        yield from map(str, box.options)
    for frame in app.main.dataframe:
        yield from map(str, frame.value.columns)
    for table in app.main.table:
        yield from map(str, table.value.columns)
        yield from (_read(cell) for cell in table.value.to_numpy().ravel())


@pytest.mark.parametrize(("page", "key", "view"), PLACES)
def test_page_of_studies_in_english_has_no_chinese(open_page: Open, page: str, key: str, view: object) -> None:
    """Every view of every page stands in English without a Chinese character, titles of documents apart."""
    app = open_page(page, CONTRACT, "en", settings={key: view})
    left = [text for text in _words(app) if CHINESE.search(text)]
    assert not left


@pytest.mark.parametrize(("page", "key", "view"), PLACES)
def test_page_of_studies_in_chinese_shows_no_raw_key(open_page: Open, page: str, key: str, view: object) -> None:
    """No name of the code reaches a Chinese page; the file name in the citation is a person's own."""
    app = open_page(page, CONTRACT, "zh", settings={key: view})
    left = [text for text in _words(app) if RAW.search(text.replace(CONTRACT, ""))]
    assert not left


def test_language_switch_keeps_what_was_chosen(open_page: Open) -> None:
    """Metric, axes and ranges outlive the language and a visit to another page."""
    app = open_page("sensitivity", CONTRACT, "zh", settings={"sensitivity_view": "grid"})
    app.selectbox(key="grid_metric").select("equity_irr")
    app.number_input(key="grid_x_low|construction_investment").set_value(-30.0).run()
    app.sidebar.radio(key="lang").set_value("en").run()
    app.switch_page("appraisal/app/pages/start.py").run()
    app.switch_page("appraisal/app/pages/sensitivity.py").run()
    assert not app.exception
    assert app.selectbox(key="grid_metric").value == "equity_irr"
    assert app.number_input(key="grid_x_low|construction_investment").value == -30.0
    assert "Two inputs: Equity IRR, after tax" in [one.value for one in app.main.subheader]


def test_cell_of_the_map_opens_that_case_and_the_way_back_restores_the_draft(open_page: Open) -> None:
    """The opened draft appraises to the cell's figure to the bit; going back gives the very draft that was left."""
    app = open_page("sensitivity", CONTRACT, "zh", settings={"sensitivity_view": "grid"})
    before: Draft = app.session_state["draft"]
    app.selectbox(key="grid_x").set_value(1)
    app.selectbox(key="grid_y").set_value(5).run()
    app.button(key="grid_open").click().run()
    assert not app.exception
    case = before.case()
    x, y = app.selectbox(key="grid_x_input").value, app.selectbox(key="grid_y_input").value
    steps = [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3]
    found = grid(case, driver_input(case, x), steps, driver_input(case, y), steps, "project_irr")  # type: ignore[arg-type]
    opened: Draft = app.session_state["draft"]
    assert opened.key != before.key
    assert appraise(opened.case()).metrics["project_irr"].value[0] == found.values[5, 1]
    assert "−20%" in " ".join(one.value for one in app.main.markdown)
    # The opened cell is framed, as the sentence says, and the lists under the map stand on it.
    figure = f"{100 * found.values[5, 1]:.2f}%".replace("-", "−")
    (framed,) = [one.value for one in app.main.caption if "实框" in one.value]
    assert all(words in framed for words in ("−20%", "+20%", figure))
    assert [app.selectbox(key=f"grid_{axis}").value for axis in "xy"] == [1, 5]
    app.button(key="opened_back").click().run()
    assert app.session_state["draft"].key == before.key
    assert not [one for one in app.main.caption if "实框" in one.value]


@pytest.mark.parametrize("name", CHOSEN)
def test_first_map_reaches_beyond_where_each_axis_turns_the_verdict(open_page: Open, name: str) -> None:
    """A change within 90 % at which the NPV is zero, found by one appraisal at it, lies inside the axis; 30 % does always."""
    app = open_page("sensitivity", name, "zh", settings={"sensitivity_view": "grid"})
    case = ready(name).case()
    table = one_way(case, changes=(-0.1, 0.1), judged="project_irr")
    turns = {one.key: float(turn) for one, turn in zip(table.inputs, table.critical.change, strict=True)}
    for axis in ("grid_x", "grid_y"):
        key = str(app.selectbox(key=f"{axis}_input").value)
        low, high = (float(app.number_input(key=f"{axis}_{end}|{key}").value or 0) / 100 for end in ("low", "high"))
        assert low <= -0.3 < 0.3 <= high
        turn = turns.get(key, float("nan"))
        if abs(turn) < 0.9:
            assert low < turn < high
            moving, _ = inputs_of(case, [driver_input(case, key)])  # type: ignore[list-item]
            moved = appraise(moving.block(np.array([[turn]]))).metrics["project_npv"].value[0]
            stands = appraise(case).metrics["project_npv"].value[0]
            assert abs(moved) < 1e-4 * abs(stands)


@pytest.mark.parametrize("name", scenario_names())
def test_first_axis_of_a_number_holds_its_distribution(name: str) -> None:
    """What has a distribution reaches at first beyond its 10 % and 90 %, and 30 % at least."""
    case = ready(name).case()
    for path, distribution in case.uncertainty.items():
        base = float(case.at(path)[0, 0])
        low, high = first_ends(case, valued(case, path))
        ends = quantiles(distribution, np.array([0.1, 0.9]))
        assert low <= min(0.7 * base, 1.3 * base) + 1e-9 * abs(base)
        assert high >= max(0.7 * base, 1.3 * base) - 1e-9 * abs(base)
        if np.abs(ends - base).max() < 0.9 * abs(base):
            assert low < ends[0]
            assert ends[1] < high


def _values(case: Case) -> dict[str, object]:
    return {entry.path: entry.value for entry in resolved(case)}


@pytest.mark.parametrize("name", scenario_names())
def test_changes_of_a_driver_give_the_case_of_the_study(name: str) -> None:
    """Each driver, moved alone, is the same case as a file would hold: every resolved value is the same."""
    draft = ready(name)
    case = draft.case()
    drivers = [one for key in driver_keys(case) if (one := driver_input(case, key)) is not None]
    moving, _ = inputs_of(case, drivers)
    for place in range(len(moving.inputs)):
        values = moving.alone(np.array([place]), np.array([-0.0625]))
        opened = draft.changed(*changes_of(moving, values[0].tolist())).case()
        assert _values(opened) == _values(moving.block(values))


def test_own_range_moves_one_bar_and_leaves_the_others(open_page: Open) -> None:
    """An own range is told as such; without a rise it is refused in words and can be taken back."""
    kept = {"own_ranges": {"construction_investment": (-0.5, 0.5)}}
    app = open_page("sensitivity", CONTRACT, "zh", settings=kept)
    frame = next(one.value for one in app.main.dataframe if "low" in one.value.columns)
    reasons = app.main.table[0].value
    assert "自定区间" in reasons.to_string()
    assert "−50% … +50%" in [_read(cell) for cell in reasons.iloc[:, 1]]
    # Every row of the editor has its reason under it.
    assert len(frame) == len(reasons) > 5
    assert [_read(cell) for cell in reasons.iloc[:, 0]] == frame["name"].tolist()
    app = open_page("sensitivity", CONTRACT, "zh", settings={"own_ranges": {"construction_investment": (0.5, -0.5)}})
    assert "前小后大" in app.main.warning[0].value
    app.button(key="ranges_back").click().run()
    assert not app.main.warning


def test_sobol_of_an_undefined_metric_is_refused_in_words(open_page: Open) -> None:
    """The contract's discounted outlay never comes back: no indices of its discounted payback, and the reason."""
    asked = {"uncertainty_view": "indices", "indices_metric": "discounted_payback_years", "indices_n": 64}
    app = open_page("uncertainty", CONTRACT, "en", settings=asked)
    assert "not recovered within the calculation period" in app.main.warning[0].value


@pytest.mark.parametrize("name", CHOSEN)
def test_first_monte_carlo_of_a_ready_case_has_drawn_enough(name: str) -> None:
    """What the page draws at first settles the NPV, for each way of drawing; it is made at once, in the page."""
    draft = ready(name)
    for sampling in ("latin_hypercube", "sobol"):
        asked = Sample(n=FIRST_DRAWS, seed=1, sampling=sampling, covenant=COVENANT)
        found = monte_carlo_of(draft, draft.case(), asked).found
        assert found is not None
        assert found.convergence("project_npv").code == "settled"
    assert FIRST_DRAWS <= jobs.AT_ONCE


@pytest.mark.parametrize("name", CHOSEN)
def test_first_indices_of_a_ready_case_rank_its_inputs(name: str) -> None:
    """The first base sample ranks the inputs as a larger one of another seed does; it is made in the page."""
    draft = ready(name)
    case = draft.case()
    first, more = (indices(case, n=n, seed=seed) for n, seed in ((FIRST_BASE, 1), (2048, 7)))
    assert first.verdict.code in ("ranking only", "converged")
    assert len(design("sobol", len(case.uncertainty), n=FIRST_BASE, seed=1).unit) <= jobs.AT_ONCE
    totals = [np.asarray(one.total) for one in (first, more)]
    assert np.argmax(totals[0]) == np.argmax(totals[1])


def test_rough_indices_are_told_plainly_with_the_next_sample(open_page: Open) -> None:
    """What stands is told before what does not; the sample that the study asks for can be taken."""
    app = open_page("uncertainty", CONTRACT, "en", settings={"uncertainty_view": "indices"})
    assert "can be relied on" in app.main.info[0].value
    assert not app.main.warning
    wanted = indices(ready(CONTRACT).case(), n=FIRST_BASE, seed=1).verdict.next_n
    app.button(key="indices_next").click().run()
    assert not app.exception
    assert app.selectbox(key="indices_n").value == wanted


def test_too_few_draws_are_told_with_the_number_to_take(open_page: Open) -> None:
    """A button takes the number that the study asks for; taken, it stands in the choice of draws and is what is drawn."""
    app = open_page("uncertainty", CONTRACT, "en", settings={"mc_n": 250})
    assert "too few" in app.main.warning[0].value
    before = monte_carlo(ready(CONTRACT).case(), n=250, seed=1).convergence("project_npv").next_n
    button = app.button(key="mc_more")
    assert button.label == f"Run with {before:,} draws"
    button.click().run()
    assert app.selectbox(key="mc_n").value == before
    assert f"{before:,} draws" in " ".join(one.value for one in app.main.caption)


def test_faults_of_the_draft_stand_on_every_page_of_studies(open_page: Open) -> None:
    """A draft with a fault is told with its reason; no study of an older result is shown."""
    draft = ready(CONTRACT).changed(Change(path="finance.loan_rate", value=-3))
    for page in ("sensitivity", "uncertainty"):
        app = open_page(page, draft, "zh")
        assert app.main.error
        assert not app.main.get("vega_lite_chart")


@pytest.fixture
def long_job() -> Iterator[Callable[..., jobs.Job]]:
    """Starts jobs and ends them."""
    begun: list[jobs.Job] = []

    def start(draft: Draft, n: int) -> jobs.Job:
        begun.append(
            jobs.start(
                draft, ["montecarlo", "--n", str(n), "--seed", "3"], asked="a", rows=n, lang="zh", owner=f"{len(begun)}"
            )
        )
        return begun[-1]

    yield start
    for one in begun:
        one.cancel()


def _wait(job: jobs.Job) -> jobs.State:
    """How a job ended; a study of some thousand contract rows takes seconds, and minutes where the machine is busy."""
    for _ in range(3000):
        if job.state != "running":
            break
        time.sleep(0.1)
    return job.state


def test_long_study_in_another_process_is_the_study_in_place(long_job: Callable[..., jobs.Job]) -> None:
    """The process counts its rows, and what it measured makes the same study to the bit."""
    draft = ready(CONTRACT)
    job = long_job(draft, 2500)
    assert _wait(job) == "done", job.refusal()
    assert job.done == 2500
    asked = Sample(n=2500, seed=3, sampling="latin_hypercube", covenant=1.2)
    again = monte_carlo_of(draft, draft.case(), asked, job.measured()).found
    assert again is not None
    here = monte_carlo(draft.case(), n=2500, seed=3)
    assert again.provenance.inputs_sha256 == here.provenance.inputs_sha256
    for key, one in here.metrics.items():
        np.testing.assert_array_equal(again.metrics[key].value, one.value)
    assert len(job.archive()) > 10_000


def test_long_study_that_is_refused_says_why_without_places_of_the_server(long_job: Callable[..., jobs.Job]) -> None:
    """The command's words reach the page; the folder of the run does not."""
    job = long_job(
        ready(CONTRACT).changed(Change(path="uncertainty", value={"finance.loan_rate": {"uniform": [-0.5, 0.9]}})), 2500
    )
    assert _wait(job) == "refused"
    told = " ".join(job.refusal())
    assert "finance.loan_rate" in told
    assert str(Path(job.folder.name)) not in told


def test_cancelled_study_ends_its_process_and_leaves_no_folder(long_job: Callable[..., jobs.Job]) -> None:
    """Cancelling ends the process and removes the folder; more studies than the server takes on are refused."""
    first, second = long_job(ready(CONTRACT), 20_000), long_job(ready(CONTRACT), 20_000)
    with pytest.raises(InputError, match="2 long studies are running"):
        long_job(ready(CONTRACT), 20_000)
    for one in (first, second):
        one.cancel()
        assert one.state == "cancelled"
        assert one.process.poll() is not None
        assert not Path(one.folder.name).exists()


def test_compare_shows_the_cases_and_a_bridge_to_the_other_npv(open_page: Open) -> None:
    """Three cases at first; a copy can be kept and removed again; the differing inputs carry their mark."""
    app = open_page("compare", CONTRACT, "zh")
    results = app.main.table[0].value
    assert _read(list(results.columns)[1]) == "已知年收入的示范项目（首台套）（当前）"
    assert len(results.columns) == 4
    assert any("≠" in str(value) for value in app.main.table[-1].value.to_numpy().ravel())
    app.button(key="compare_current").click().run()
    assert len(app.main.table[0].value.columns) == 5
    app.button(key="compare_remove_3").click().run()
    assert len(app.main.table[0].value.columns) == 4


@pytest.mark.parametrize("name", CHOSEN)
def test_compare_begins_with_cases_of_the_same_side(open_page: Open, name: str) -> None:
    """No user-side case beside one of the grid; what a person changed stands beside what was loaded."""
    loaded = ready(name)
    app = open_page("compare", name, "en", draft=loaded.changed(Change(path="finance.debt_share", value=0.45)))
    heads = [_read(head) for head in app.main.table[0].value.columns]
    assert [heads[1].endswith("(current)"), heads[2].endswith("(as loaded)")] == [True, True]
    sides = {str(ready(one).at("title")["en"]): ready(one).at("project.side") for one in scenario_names()}
    assert {sides[head] for head in heads[3:]} <= {loaded.at("project.side")}
    (changed,) = [row for row in app.main.table[-1].value.itertuples(index=False) if "Debt share" in _read(row[0])]
    # As shares are read: the one that was set and the one that the file states.
    assert [_read(cell) for cell in changed[1:3]] == ["45", f"≠ {100 * loaded.at('finance.debt_share'):g}"]


def test_bridge_between_the_meter_and_the_grid_is_refused_in_words(open_page: Open) -> None:
    """No picture of one bar, but why there is none and what to do; the results stand side by side all the same."""
    held = [Entry(kind="current"), Entry(kind="ready", name="hainan_grid_lfp")]
    app = open_page("compare", "zhejiang_user_lfp", "zh", compared=held)
    (info,) = [_read(one.value) for one in app.main.info]
    assert "用户侧与电网侧" in info
    assert not app.main.get("vega_lite_chart")
    # Results, who pays, inputs.
    assert len(app.main.table) == 3


def test_inputs_of_a_comparison_are_in_words_and_units(open_page: Open) -> None:
    """Codes by their labels, money with commas, rows of numbers as runs: of any two ready grid-side cases."""
    names = (
        "contract_schedule",
        "guangdong_regulation_lfp",
        "hainan_grid_lfp",
        "hainan_policy_events",
        "hubei_long_duration",
    )
    held = [Entry(kind="ready", name=one) for one in names]
    app = open_page("compare", CONTRACT, "zh", compared=held)
    cells = [_read(cell) for cell in app.main.table[-1].value.to_numpy().ravel()]
    assert any("珠三角五市" in cell for cell in cells)
    # The file states 1280000000 yuan of other equipment and yearly income of 82, then 92 million.
    assert "1,280,000,000" in " ".join(cells)
    assert any("82,000,000；92,000,000 × " in cell for cell in cells)
    assert not [cell for cell in cells if re.search(r"\d{6,}(?!%)", cell.partition(".")[0])]
    # Two streams of one kind, the second begun by an event, go by the labels that the file gives them.
    assert not [cell for cell in cells if RAW.search(cell.replace("reliable_capacity", ""))]


def test_glossary_finds_a_term_and_says_where_it_stands(open_page: Open) -> None:
    """Searching narrows the list to the terms that have the word."""
    app = open_page("method", CONTRACT, "en", settings={"method_view": "glossary"})
    every = len(app.main.markdown)
    app.text_input(key="glossary_find").set_value("debt-service").run()
    found = [one.value for one in app.main.markdown]
    assert 0 < len(found) < every
    assert any("Debt-service cover (DSCR)" in text and "Statements" in text for text in found)


def test_formulas_show_the_steps_of_a_regulated_price(open_page: Open) -> None:
    """Every year of the pumped station's price and its documents, in Chinese; a case without one shows none."""
    stated = {
        **ready(CONTRACT).stated,
        "revenue": {
            "regulated_two_part": {
                "pumped": True,
                "investment_yuan": 5.6e8,
                "operating_cost_yuan": 1.2e7,
                "prime_rate": 0.035,
            }
        },
    }
    stated = {**stated, "project": {**stated["project"], "construction_start": "2019-03"}}
    app = open_page("method", Draft(name="station", stated=stated), "zh", settings={"method_view": "formulas"})
    assert any("核定容量电价的测算" in one.value for one in app.main.subheader)
    ledger = next(one.value for one in app.main.dataframe if "算式" in one.value.columns)
    assert ledger.shape[1] == 2 + 1 + 40 + 1
    assert any("元/kW·年（含税）" in one.value for one in app.main.markdown)
    app = open_page("method", CONTRACT, "zh", settings={"method_view": "formulas"})
    assert not any("核定容量电价" in one.value for one in app.main.subheader)
