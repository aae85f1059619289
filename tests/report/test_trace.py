"""The trace of a number: the formula printed gives the number printed, and every leaf says where it comes from."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from structures import READY, STRUCTURES, result_of
from trace_reader import FUNCTIONS, Reader

import appraisal
from appraisal.book.tree import parse, parse_figure
from appraisal.errors import InputError
from appraisal.finance.inputs import paths
from appraisal.library import Library
from appraisal.report.trace import TraceNode, explain
from appraisal.report.trace_text import unit_zh
from appraisal.scenario import resolved

NAN = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)


def close(node: TraceNode, found: float, shown: float) -> bool:
    """Equal to 1e-12 of the largest number in the formula: what a sum of them can lose."""
    largest = max((abs(value) for one in node.operands for value in one.values), default=0.0)
    return math.isclose(found, shown, rel_tol=1e-12, abs_tol=1e-12 * largest)


def assert_formula_gives_value(node: TraceNode) -> None:
    """In the year shown, or in every year."""
    tree, reader = parse(node.formula), Reader(node)
    columns = [None] if node.year is not None else list(range(len(node.values)))
    for place, at in enumerate(columns):
        found = reader.value(tree, at)
        assert close(node, found, node.values[place]), (node.key, place, found, node.values[place])


@pytest.mark.parametrize("name", [*READY, *STRUCTURES])
def test_every_line_of_a_year_is_its_formula_of_the_operands_shown(name: str) -> None:
    """Each line in the middle of the calculation period, read again by a second reader; its text holds no undefined number."""
    result = result_of(name)
    books = result.statements
    year = books.ledger.years // 2 + 1
    for key in books.book.lines:
        trace = explain(result, key, year, depth=1)
        node = trace.nodes[0]
        assert (node.key, node.year, node.values[0]) == (key, year, books[key][0, year - 1])
        assert_formula_gives_value(node)
        for lang in ("zh", "en"):
            assert not NAN.search(trace.text(lang)), key


@pytest.mark.parametrize("name", [*READY, *STRUCTURES])
def test_every_metric_is_its_formula_of_the_lines_shown(name: str) -> None:
    """Present value, rates by halving, payback, least and mean, written again here; an undefined metric says why."""
    result = result_of(name)
    for key in result.statements.book.figures:
        trace = explain(result, key)
        node = trace.nodes[0]
        found = Reader(node).figure(parse_figure(node.formula, FUNCTIONS))
        shown = node.values[0]
        same = close(node, found, shown) if node.unit == "yuan" else math.isclose(found, shown, rel_tol=1e-12)
        assert same or (math.isnan(found) and math.isnan(shown)), key
        words = trace.text("en").splitlines()[0]
        assert not NAN.search(words)
        assert math.isfinite(shown) or f"{key} = — " in words


@pytest.mark.parametrize("name", READY)
def test_trace_of_a_metric_goes_down_to_inputs_with_an_origin(name: str) -> None:
    """Every formula on the way holds in every year; every leaf that is a number of the case has path, value and origin."""
    result = result_of(name)
    trace = explain(result, "project_npv", depth=None)
    assert (trace.left, trace.deeper) == (0, False)
    spots = [(node.key, node.year) for node in trace.nodes]
    assert len(spots) == len(set(spots))
    origins = {"case", "technology", "national", "library", "default"}
    entries = {entry.path: entry for entry in resolved(result.case)}
    seen = set()
    for node in trace.nodes[1:]:
        assert node.leaf is not None or node.formula
        if node.formula:
            assert_formula_gives_value(node)
            assert {(one.key, one.year) for one in node.operands} <= set(spots)
        elif node.leaf.kind == "case":
            (given,) = node.leaf.inputs
            seen.add(node.key)
            assert given.origin.kind in origins
            assert (given.value if given.value is not None else 0.0) == node.values[0]
            assert given.value == entries[given.path].value
            assert all(fact.source.cite and fact.source.confidence for fact in given.facts)
            assert bool(given.facts) == (given.origin.kind in ("technology", "national", "library")), given.path
    mapping = paths(result.statements.form)
    assert {"power_mw", "discount_rate", "income_tax_rate", "equipment_vat_rate"} <= seen <= set(mapping)


def test_operands_are_called_as_the_formula_calls_them() -> None:
    """A tax computation names its base by an alias; each(…) shows every instance."""
    node = explain(result_of("hainan_grid_lfp"), "levered.losses", 4).nodes[0]
    assert [(one.name, one.key, one.year) for one in node.operands] == [
        ("losses", "levered.losses", 3), ("base", "taxable_profit", 4),
    ]  # fmt: skip
    assert "base → taxable_profit[year 4]" in explain(result_of("hainan_grid_lfp"), "levered.losses", 4).text("en")
    each = explain(result_of("hainan_grid_lfp"), "revenue", 4).nodes[0]
    assert [one.key for one in each.operands] == [
        "arbitrage.revenue",
        "capacity.revenue",
        "frequency_regulation.revenue",
    ]


def heads(text: str) -> Iterator[str]:
    """The lines that open a number, without origins and references."""
    for line in text.splitlines():
        if "·" not in line and not line.endswith(("see above)", "see below)")) and not line.startswith("("):
            yield line.strip()


def test_each_number_is_opened_once() -> None:
    """As many heads as numbers, through all the years of a loan; a later mention refers to it."""
    trace = explain(result_of("zhejiang_user_lfp"), "loan.interest", 9, depth=None)
    text = trace.text("en")
    assert len(list(heads(text))) == len(trace.nodes) == len(set(heads(text)))
    assert "see above" in text
    first = next(number for number, line in enumerate(text.splitlines()) if "loan.closing[year 2] =" in line)
    assert "see above" not in text.splitlines()[first]


def test_limit_keeps_the_nearest_and_counts_the_rest() -> None:
    """The numbers kept are the first of the whole trace."""
    whole = explain(result_of("contract_schedule"), "cash", 12, depth=None, most=100_000)
    cut = explain(result_of("contract_schedule"), "cash", 12, depth=None, most=50)
    assert (whole.left, cut.left) == (0, len(whole.nodes) - 50)
    assert cut.nodes == whole.nodes[:50]
    assert f"({cut.left} more numbers are not shown: raise --most" in cut.text("en")
    levels = [node.level for node in whole.nodes]
    assert levels == sorted(levels)


def test_year_before_the_first_is_named_outside() -> None:
    """What is carried into the first year is 0 because there is no year before."""
    trace = explain(result_of("contract_schedule"), "loan.opening", 1)
    assert [(node.key, node.year, node.values, node.outside) for node in trace.nodes[1:]] == [
        ("loan.closing", 0, (0.0,), True)
    ]
    assert "(outside the calculation period)" in trace.text("en")
    assert "计算期之外" in trace.text("zh")


def test_scenario_of_a_block_is_explained_by_its_own_value() -> None:
    """A value set by row is not said to be the case file's or a fact's."""
    case = result_of("zhejiang_user_lfp").case.vary(
        {"finance.loan_rate": [0.03, 0.05], "tax.income_tax_rate": [0.25, 0.15]}
    )
    result = appraisal.appraise(case)
    for row, rate in ((0, 0.03), (1, 0.05)):
        trace = explain(result, "loan.interest", 3, row=row)
        (node,) = [node for node in trace.nodes if node.key == "loan.rate"]
        assert node.leaf is not None
        (given,) = node.leaf.inputs
        assert (node.values, given.value, given.origin.kind) == ((rate,), rate, "vary")
        assert "[varied]" in trace.text("en")
        assert "[方案变量]" in trace.text("zh")
    once = appraisal.appraise(result_of("zhejiang_user_lfp").case.vary({"tax.income_tax_rate": 0.15}))
    leaf = explain(once, "income_tax_rate").nodes[0].leaf
    assert leaf is not None
    assert (leaf.inputs[0].origin.kind, leaf.inputs[0].facts, leaf.facts) == ("vary", (), ())


def test_left_out_number_shows_the_one_that_stands_for_it() -> None:
    """The equity hurdle left out is the discount rate."""
    trace = explain(result_of("contract_schedule"), "equity_npv")
    (node,) = [node for node in trace.nodes if node.key == "equity_discount_rate"]
    assert node.leaf is not None
    given = node.leaf.inputs[0]
    assert (given.path, given.stands_for, given.value) == (
        "finance.discount_rate",
        "finance.equity_discount_rate",
        0.06,
    )
    assert "finance.equity_discount_rate left out, takes finance.discount_rate = 0.06" in trace.text("en")


def test_dictionary_is_strict_json() -> None:
    """An undefined metric is null with its reason; facts carry their documents."""
    result = result_of("contract_schedule")
    shown = json.loads(json.dumps(explain(result, "discounted_payback_years", depth=None).as_dict(), allow_nan=False))
    assert (shown["schema"], shown["depth"], shown["left"]) == ("trace/1", "all", 0)
    head = shown["nodes"][0]
    assert (head["values"], head["status"], head["reason"]) == (
        [None],
        "never",
        "not recovered within the calculation period",
    )
    (rate,) = [node for node in shown["nodes"] if node["key"] == "income_tax_rate"]
    (given,) = rate["leaf"]["inputs"]
    assert (given["path"], given["origin"]["kind"]) == ("tax.income_tax_rate", "national")
    assert given["facts"][0]["document"] == next(
        f.source.cite for f in result.case.facts if f.name == "tax.national.income_tax"
    )


ENGLISH = re.compile(r"\b(yuan|years?|months?|share|facts?|case|see|above|from|default|of|the|is|incl|VAT|change)\b")


@pytest.mark.parametrize("name", READY)
@pytest.mark.parametrize("key", ["project_npv", "equity_irr", "dscr_min", "discounted_payback_years"])
def test_chinese_text_has_no_english_words(name: str, key: str) -> None:
    """Beside keys, formulas, words of the case file and titles of documents, which stand as they are."""
    trace = explain(result_of(name), key, depth=None)
    formulas = {node.formula for node in trace.nodes if node.formula}
    stated = {
        str(given.value)
        for node in trace.nodes
        if node.leaf
        for given in node.leaf.inputs
        if isinstance(given.value, str)
    }
    for line in trace.text("zh").splitlines():
        words = line.partition("]: ")[0]
        for as_is in sorted(formulas | stated, key=len, reverse=True):
            words = words.replace(f"= {as_is}", "=")
        words = re.sub(r"[A-Za-z0-9]*[A-Za-z]+[._][A-Za-z0-9._]+|--\w+( all)?|\[streams/\w+\.py\]", "", words)
        assert not ENGLISH.search(words), line
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", words), line


def test_every_unit_of_the_library_has_chinese_words() -> None:
    """Signs of units stand, English words do not."""
    library = Library.open()
    units = {fact.unit for name in READY for fact in result_of(name).case.facts}
    for file in library.files():
        if not file.startswith(("retail.", "calendar.")):
            units |= {parameter.unit for parameter in library.parameters(file)}
    for unit in units:
        assert not re.search(r"[A-Za-z]{3,}", re.sub(r"[kMG]?Wh?|kVA", "", unit_zh(unit))), unit


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"key": "loan.intrest"}, "explain loan.intrest: no such metric or line; did you mean 'loan.interest'"),
        ({"key": "project_irr", "year": 3}, "explain project_irr: a metric has no year"),
        ({"key": "cash", "year": 99}, "explain cash: year 99 is beyond the calculation period of 22 years"),
        ({"key": "cash", "year": 0}, "explain cash: year 0 is before the calculation period"),
        ({"key": "cash", "row": 1}, "explain cash: row 1, expected 0 to 0"),
        ({"key": "cash", "depth": 0}, "explain cash: depth 0 and at most 1000 numbers; expected 1 or more"),
    ],
)
def test_wrong_question_is_refused_with_the_remedy(question: dict[str, Any], message: str) -> None:
    """What was asked, and what could be."""
    with pytest.raises(InputError, match=re.escape(message)):
        explain(result_of("contract_schedule"), **question)
