"""The functions of figures as formulas: each call has a cell, and rows of its own where it works by year.

What has no number gives its reason in words, so that no formula ends in an error; a text then travels on to the figure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.book.figure import FigureReader
from appraisal.book.tree import Call, Node, Ref
from appraisal.discount.indicators import REPAID, nominal_rate, real_rate
from appraisal.errors import IntegrityError, said
from appraisal.report.workbook import words
from appraisal.report.workbook.by_year import carried, evaluated
from appraisal.report.workbook.draft import YEAR_ROW, Draft, labels
from appraisal.report.workbook.formula import TOTAL, Place, Writer, cell
from appraisal.report.workbook.sheet import Content, Sheet
from appraisal.text import REASONS, word

Values = NDArray[np.float64]
_EPS = float(np.finfo(np.float64).eps)
# Where the search of a spreadsheet may begin when it fails from the engine's value: it does not reach far.
_GUESSES = (0.0, -0.05, -0.1, -0.2, -0.35, -0.5, -0.7, 0.3, 1.0)


class Workings:
    """Writes the calls of figures on a sheet of their own."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        title = words.title("workings", draft.lang)
        self.sheet: Sheet = draft.periods_sheet(title, title)
        self.labels = labels(draft)
        self.calls: dict[Call, tuple[Place, Content]] = {}
        self._rows: dict[tuple[str, ...], Place] = {}
        self._conditions: dict[str, Node] = {}
        self._names: dict[Node, str] = {}
        self._timing = draft.result.statements.form.timing
        self._reader = FigureReader(draft.result.statements.book.functions, self._table, self._table, self._names)
        self.sheet.heading(draft.say("公用常数", "Constants"))
        slack, owed = (
            draft.say("累计现金流舍入容差系数", "Rounding of cumulative cash, share"),
            draft.say("借款余额舍入容差", "Rounding of a balance, share"),
        )
        self.slack = self.sheet.single(slack, "", 4.0 * draft.columns.years * _EPS, "fixed", "tiny")
        self.owed = self.sheet.single(owed, "", REPAID, "fixed", "tiny")
        self.last_year = self.sheet.single(draft.say("计算期年数", "Years of the calculation period"), "", float(draft.columns.years), "formula", "count", formula=f"MAX({draft.columns.span(YEAR_ROW)})")  # fmt: skip

    # --- a call -----------------------------------------------------------------------------------------------------

    def call(self, node: Call) -> Place:
        """The cell of a call; one that occurs twice is written once."""
        if node not in self.calls:
            self.sheet.skip()
            write: Callable[[Call], Place] | None = getattr(self, f"_{node.function}", None)
            if write is None:
                raise IntegrityError(said(
                    "the workbook has no formula for the function {name!r} of figures",
                    "工作簿没有指标函数 {name!r} 的公式", name=node.function
                ))  # fmt: skip
            self.sheet.heading(self._said(node), "heading")
            # Its rows come first; the cell that they lead to last.
            place = write(node)
            self.calls[node] = (place, self._answer(node))
        return self.calls[node][0]

    def _answer(self, node: Call) -> Content:
        """What a call gives at export: a number, or its reason in words."""
        if node.where is not None and node.where not in self._names:
            self._names[node.where] = f"where:{len(self._names)}"
            self._conditions[self._names[node.where]] = node.where
        with np.errstate(all="ignore"):
            answer = self._reader.call(node)
        value, status = float(answer.value[0]), str(answer.status[0])
        return value if np.isfinite(value) else self._words(status)

    def _words(self, status: str) -> str:
        return word(REASONS, status, self.draft.lang)

    def _quoted(self, status: str) -> str:
        return f'"{self._words(status)}"'

    def _said(self, node: Call) -> str:
        names = [self.labels.get(a.key, a.key) for a in node.arguments if isinstance(a, Ref)]
        inside = ", ".join(names)
        return (
            f"{node.function}({inside})"
            if node.where is None
            else f"{node.function}({inside} | {self._condition(node.where)})"
        )

    def _condition(self, where: Node) -> str:
        return (
            self.labels.get(where.key, where.key)
            if isinstance(where, Ref)
            else self.draft.say("条件年份", "years that count")
        )

    def _result(self, node: Call, formula: str, number: str = "") -> Place:
        """The cell of a call, in the format of its line where none is named."""
        shown = number or self._number(self._key(node.arguments[0]))
        return self.sheet.single(
            self.draft.say("结果", "Result"), "", self._answer(node), "figure", shown, formula=formula
        )

    def _number(self, key: str) -> str:
        """The number format of a line or an input, ratios with eight digits."""
        book = self.draft.result.statements.book
        number = words.number_of(book.lines[key].unit if key in book.lines else book.inputs[key].unit)
        return "ratio8" if number == "ratio" else number

    # --- tables -----------------------------------------------------------------------------------------------------

    def _table(self, key: str) -> Values:
        """A line or an input as a figure's function takes it: ``(1, Y)``, a number ``(1, 1)``."""
        if key in self._conditions:
            return self._holds(self._conditions[key])[None, :]
        inputs = self.draft.result.statements.book.inputs
        values = self.draft.line(key)[None, :]
        return values[:, :1] if key in inputs and inputs[key].kind == "number" else values

    def _holds(self, node: Node) -> Values:
        """A condition by year, 1 or 0."""
        return evaluated(node, self.draft.line).astype(np.float64)

    def _key(self, node: Node) -> str:
        if not isinstance(node, Ref):
            raise IntegrityError(
                said("a figure's function takes the name of a line or an input", "指标函数的参数应为科目或输入的名称")
            )
        return node.key

    def _range(self, key: str) -> str:
        return self.draft.span(key, self.sheet.title)

    def _at(self, key: str) -> str:
        return self.draft.placed(key, self.sheet.title)

    def _own(self, place: Place) -> str:
        """All years of a row of this sheet."""
        return self.draft.columns.span(place.row)

    def _row(self, mark: tuple[str, ...], label: str, values: Any, formula: str, number: str = "money") -> Place:
        """A row by year, written once."""
        if mark not in self._rows:
            shown = tuple(values.tolist()) if isinstance(values, np.ndarray) else tuple(values)
            self._rows[mark] = self.sheet.yearly(label, "", shown, "formula", number, formula=formula, depth=1)
        return self._rows[mark]

    # --- sums and extremes ------------------------------------------------------------------------------------------

    def _years(self, node: Call) -> str:
        """The range that a function runs over: a line, or a row with its value in the years that count."""
        key = self._key(node.arguments[0])
        if node.where is None:
            return self._range(key)
        writer = Writer(self.sheet.title, self.draft.places, self.draft.numbers)
        formula = f'IF({writer.condition(node.where)},{self._at(key)},"")'
        values = [
            float(value) if holds else ""
            for value, holds in zip(self.draft.line(key), self._holds(node.where) != 0.0, strict=True)
        ]
        mark = ("where", key, repr(node.where))
        label = f"{self.labels.get(key, key)} | {self._condition(node.where)}"
        return self._own(self._row(mark, label, values, formula, self._number(key)))

    def _total(self, node: Call) -> Place:
        return self._result(node, f"SUM({self._years(node)})")

    def _of_years(self, node: Call, function: str) -> Place:
        years = self._years(node)
        return self._result(node, f"IF(COUNT({years})=0,{self._quoted('no year')},{function}({years}))")

    def _least(self, node: Call) -> Place:
        return self._of_years(node, "MIN")

    def _most(self, node: Call) -> Place:
        return self._of_years(node, "MAX")

    def _mean(self, node: Call) -> Place:
        return self._of_years(node, "AVERAGE")

    # --- present values ---------------------------------------------------------------------------------------------

    def _worth(self, node: Call, rate: str) -> Place:
        later = {"end": "", "start": f"*(1+{rate})", "mid": f"*(1+{rate})^(1/2)"}[self._timing]
        return self._result(node, f"NPV({rate},{self._range(self._key(node.arguments[0]))}){later}", "money2")

    def _npv(self, node: Call) -> Place:
        return self._worth(node, self._at(self._key(node.arguments[1])))

    def _npv_nominal(self, node: Call) -> Place:
        return self._worth(node, self._rate(node, nominal=True))

    def _npv_real(self, node: Call) -> Place:
        return self._worth(node, self._rate(node, nominal=False))

    def _rate(self, node: Call, *, nominal: bool) -> str:
        """A rate with inflation put in or taken out, in a cell of its own."""
        rate, inflation = (self._key(argument) for argument in node.arguments[1:])
        mark = ("rate", rate, inflation, str(nominal))
        if mark not in self._rows:
            kind = self.draft.say("名义", "nominal") if nominal else self.draft.say("实际", "real")
            change = nominal_rate if nominal else real_rate
            value = float(change(self.draft.number(rate), self.draft.number(inflation)))
            sign = "*" if nominal else "/"
            formula = f"(1+{self._at(rate)}){sign}(1+{self._at(inflation)})-1"
            label = f"{self.labels[rate]} ({kind})"
            self._rows[mark] = self.sheet.single(label, "%", value, "formula", "rate8", formula=formula)
        return cell(self._rows[mark].row)

    # --- rates of return --------------------------------------------------------------------------------------------

    def _changes(self, key: str) -> str:
        """How often the cash of a line changes its sign: a cell."""
        mark = ("changes", key)
        if mark not in self._rows:
            cash = self.draft.line(key)
            signs = carried(np.sign(cash))
            row = self.sheet.row
            label, at = self.labels.get(key, key), self._at(key)
            self._row(("sign", key), f"{label}: " + self.draft.say("符号", "sign"), signs, f"IF({at}=0,N({{-1}}{row}),SIGN({at}))", "count")  # fmt: skip
            before = np.concatenate([[0.0], signs[:-1]])
            formula = f"IF({{0}}{row}*N({{-1}}{row})<0,1,0)"
            changed = self._row(("change", key), f"{label}: " + self.draft.say("变号", "change of sign"), (signs * before < 0).astype(float), formula, "count")  # fmt: skip
            total = float((signs * before < 0).sum())
            self._rows[mark] = self.sheet.single(self.draft.say("变号次数", "Changes of sign"), "", total, "formula", "count", formula=f"SUM({self._own(changed)})")  # fmt: skip
        return cell(self._rows[mark].row)

    def _irr(self, node: Call) -> Place:
        """IRR from the engine's value as its guess, else from others; several roots and none to show stay words."""
        key = self._key(node.arguments[0])
        changes, found = self._changes(key), self._answer(node)
        first, *others = self._tries(key, found, changes)
        rest = f"{others[0]}:{others[-1]}"
        none, several = self._quoted("none"), self._quoted("multiple_none_shown")
        if isinstance(found, str):
            note = self.sheet.single(self.draft.say("导出时的说明", "Reason at export"), "", found, "fixed")
            several = cell(note.row)
        # Where the sign changes once there is one root, whichever guess leads to it.
        other = f"IF({changes}>1,{several},IF(COUNT({rest})=0,{none},MAX({rest})))"
        value = f"IF(ISNUMBER({first}),{first},{other})"
        return self._result(node, f"IF({changes}=0,{self._quoted('none_no_sign_change')},{value})", "rate8")

    def _tries(self, key: str, found: Content, changes: str) -> list[str]:
        """IRR by guess in cells of column D, empty where the search fails; others only where the first one fails."""
        say, tried = self.draft.say, list[str]()
        own = found if not isinstance(found, str) else self.draft.number("discount_rate")
        for at, guess in enumerate((own, *_GUESSES)):
            label = say("备用初值", "Other guess") if at else say("迭代初值（程序导出值）", "Guess: the engine's value")
            place = self.sheet.single(label, "%", guess, "fixed", "rate8")
            formula = f'IFERROR(IRR({self._range(key)},{cell(place.row)}),"")'
            if at:
                formula = f'IF(OR(ISNUMBER({tried[0]}),{changes}<>1),"",{formula})'
            elif isinstance(found, str):
                formula = f'IF({changes}=1,{formula},"")'
            value = "" if at or isinstance(found, str) else found
            self.sheet.put(place.row, TOTAL, value, "formula", "rate8", formula=formula)
            tried.append(cell(place.row, TOTAL))
        return tried

    def _mirr(self, node: Call) -> Place:
        key, finance, reinvest = (self._key(argument) for argument in node.arguments)
        return self._modified(node, key, self._at(finance), self._at(reinvest))

    def _mirr_nominal(self, node: Call) -> Place:
        rate = self._rate(node, nominal=True)
        return self._modified(node, self._key(node.arguments[0]), rate, rate)

    def _modified(self, node: Call, key: str, finance: str, reinvest: str) -> Place:
        changes = self._changes(key)
        value = f"MIRR({self._range(key)},{finance},{reinvest})"
        return self._result(node, f"IF({changes}=0,{self._quoted('none_no_sign_change')},{value})", "rate8")

    # --- payback ----------------------------------------------------------------------------------------------------

    def _payback(self, node: Call) -> Place:
        key = self._key(node.arguments[0])
        return self._recovered(node, self._crossing(key, self._at(key), self._range(key), self.draft.line(key)), "MAX")

    def _first_payback(self, node: Call) -> Place:
        key = self._key(node.arguments[0])
        return self._recovered(node, self._crossing(key, self._at(key), self._range(key), self.draft.line(key)), "MIN")

    def _discounted_payback(self, node: Call) -> Place:
        key, rate = (self._key(argument) for argument in node.arguments)
        return self._discounted(node, key, self._at(rate), self.draft.number(rate))

    def _discounted_payback_nominal(self, node: Call) -> Place:
        key, rate, inflation = (self._key(argument) for argument in node.arguments)
        value = float(nominal_rate(self.draft.number(rate), self.draft.number(inflation)))
        return self._discounted(node, key, self._rate(node, nominal=True), value)

    def _discounted(self, node: Call, key: str, rate: str, value: float) -> Place:
        years = np.arange(1.0, self.draft.columns.years + 1.0)
        worth = self.draft.line(key) / (1.0 + value) ** years
        label = f"{self.labels.get(key, key)}: " + self.draft.say("折现值", "discounted")
        place = self._row(("discounted", key, rate), label, worth, f"{self._at(key)}/(1+{rate})^{{0}}{YEAR_ROW}")
        crossing = self._crossing(f"{key} {rate}", f"{{0}}{place.row}", self._own(place), worth)
        return self._recovered(node, crossing, "MAX")

    def _crossing(self, name: str, at: str, cash_range: str, cash: Values) -> tuple[str, str, str, str]:
        """Cumulative cash, and the year of each upward crossing: last year's sum, slack, crossings and all sums."""
        total, slack = np.cumsum(cash), 4.0 * len(cash) * _EPS * np.abs(cash).sum()
        mark = ("slack", name)
        if mark not in self._rows:
            formula = f"{cell(self.slack.row)}*SUMPRODUCT(ABS({cash_range}))"
            self._rows[mark] = self.sheet.single(self.draft.say("舍入容差", "Rounding"), "", float(slack), "formula", "tiny", formula=formula)  # fmt: skip
        edge = cell(self._rows[mark].row)
        row = self.sheet.row
        summed = self._row(("cumulative", name), self.draft.say("累计", "Cumulative"), total, f"N({{-1}}{row})+{at}")
        row, before = summed.row, np.concatenate([[0.0], total[:-1]])
        crossed = (before < -slack) & (total >= -slack)
        with np.errstate(divide="ignore", invalid="ignore"):
            years = np.arange(len(cash)) - before / cash
        formula = f'IF(AND({{-1}}{row}<-{edge},{{0}}{row}>=-{edge}),{{0}}{YEAR_ROW}-1-{{-1}}{row}/{at},"")'
        label = self.draft.say("由负转正的年份", "Year in which it rises to zero")
        shown = [float(year) if up else "" for year, up in zip(years, crossed, strict=True)]
        crossing = self._row(("crossing", name), label, shown, formula, "years")
        last = f"{self.draft.columns.letter(self.draft.columns.years - 1)}{row}"
        return last, edge, self._own(crossing), self._own(summed)

    def _recovered(self, node: Call, crossing: tuple[str, str, str, str], which: str) -> Place:
        """The last crossing, if the sum stays recovered, or the first one."""
        last, edge, crossings, _ = crossing
        never = self._quoted("never")
        found = f"IF(COUNT({crossings})=0,{never},{which}({crossings}))"
        return self._result(node, f"IF({last}<-{edge},{never},{found})" if which == "MAX" else found, "years")

    # --- debt and break-even ----------------------------------------------------------------------------------------

    def _payoff(self, node: Call) -> Place:
        """Years until a debt is repaid; the last year counts in part."""
        balance, repaid, available = (self._key(argument) for argument in node.arguments)
        owing, say = self.draft.line(balance), self.draft.say
        span = self._range(balance)
        largest = self.sheet.single(say("最大余额", "Largest balance"), "", float(np.abs(owing).max()), "formula", "money", formula=f"MAX(MAX({span}),-MIN({span}))")  # fmt: skip
        edge = f"{cell(self.owed.row)}*{cell(largest.row)}"
        owed = np.where(np.abs(owing) > REPAID * np.abs(owing).max(), np.arange(1.0, len(owing) + 1.0), 0.0)
        formula = f"IF(ABS({self._at(balance)})>{edge},{{0}}{YEAR_ROW},0)"
        row = self._row(
            ("owing", balance), say("年末仍有余额的年序", "Years that end with debt"), owed, formula, "count"
        )
        last = self.sheet.single(say("最后有余额的年份", "Last year that ends with debt"), "", float(owed.max()), "formula", "count", formula=f"MAX({self._own(row)})")  # fmt: skip
        could, paid = self.draft.line(available), self.draft.line(repaid)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(could > 0.0, np.minimum(paid / could, 1.0), 1.0)
        after = np.arange(1, len(owing) + 1) == owed.max() + 1
        share = f"IF({self._at(available)}>0,MIN({self._at(repaid)}/{self._at(available)},1),1)"
        formula = f"IF({{0}}{YEAR_ROW}={cell(last.row)}+1,{share},0)"
        parts = self._row(("part", balance), say("还清当年的份额", "Part of the year that repays it"), np.where(after, part, 0.0), formula, "ratio")  # fmt: skip
        unpaid = f"IF({cell(last.row)}={cell(self.last_year.row)},{self._quoted('unpaid')},{cell(last.row)}+SUM({self._own(parts)}))"
        return self._result(node, f"IF({cell(last.row)}=0,{self._quoted('no debt')},{unpaid})", "years")

    def _break_even(self, node: Call) -> Place:
        """Fixed cost over margin in the first year that is flagged."""
        fixed, margin, year = (self._key(argument) for argument in node.arguments)
        flag, say = self.draft.line(year) > 0.0, self.draft.say
        count = np.cumsum(flag).astype(float)
        row = self.sheet.row
        at = self._at(year)
        counted = self._row(
            ("count", year), say("标志累计", "Flagged years to date"), count, f"N({{-1}}{row})+IF({at}>0,1,0)", "count"
        )
        formula = f"IF(AND({at}>0,{{0}}{counted.row}=1),1,0)"
        first = (flag & (count == 1.0)).astype(float)
        chosen = self._row(("first", year), say("所取年份", "Year that is meant"), first, formula, "flag")
        taken = self._own(chosen)
        gain = self.sheet.single(self.labels[margin], "", float((self.draft.line(margin) * first).sum()), "formula", "money", formula=f"SUMPRODUCT({self._range(margin)},{taken})")  # fmt: skip
        ratio = f"SUMPRODUCT({self._range(fixed)},{taken})/{cell(gain.row)}"
        found = f"IF({cell(gain.row)}<=0,{self._quoted('margin')},{ratio})"
        return self._result(node, f"IF(SUM({taken})=0,{self._quoted('no year')},{found})", "ratio8")
