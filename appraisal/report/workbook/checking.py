"""The identities of the books as formulas, 1 or 0, and the master check over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from appraisal.checks import LABELS, TOLERANCE
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import YEAR_ROW, Draft
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, Place, cell
from appraisal.report.workbook.inputs import InputSheet
from appraisal.report.workbook.outputs import Outputs
from appraisal.report.workbook.sheet import Painted, Sheet
from appraisal.text import word

Values = NDArray[np.float64]
_RATES = (
    ("project_irr_pre_tax", "project_net_pre_tax"), ("project_irr", "project_net"), ("equity_irr", "equity_net"),
)  # fmt: skip


@dataclass
class Checks:
    """The sheet of checks, and where its verdicts stand."""

    draft: Draft
    outputs: Outputs
    inputs: InputSheet
    results: list[int] = field(default_factory=list)
    passed: list[bool] = field(default_factory=list)
    messages: list[tuple[Place, str]] = field(default_factory=list)
    master: Place | None = None
    agrees: Place | None = None

    def __post_init__(self) -> None:
        title = words.title("checks", self.draft.lang)
        self.sheet: Sheet = self.draft.periods_sheet(title, title, self.draft.head("result"))
        self.sheet.put(2, CONSTANT, self.draft.head("largest"), "head")

    def made(self) -> Sheet:
        """The sheet, filled."""
        say, sheet = self.draft.say, self.sheet
        sheet.heading(say("总检查", "Master check"))
        at = sheet.labelled(say("总检查（各项检查之积）", "Master check (product of all checks)"), kind="sumlabel")
        self.master = Place(sheet.title, at, single=True)
        sheet.skip()
        self._scale()
        sheet.heading(say("报表恒等式", "Identities of the books"))
        for name, values, formula in self._identities():
            self._yearly(name, values, formula)
        self._energy()
        self._solved()
        sheet.heading(say("内部收益率处净现值为零", "NPV at each rate of return is zero"))
        for key, line in _RATES:
            self._rate(key, line)
        self._inputs()
        self._finish(at)
        return sheet

    def _finish(self, at: int) -> None:
        """The master check over every result, and whether the figures still are those of the engine."""
        sheet, say = self.sheet, self.draft.say
        first, last = min(self.results), max(self.results)
        sheet.put(at, TOTAL, float(all(self.passed)), "check", "flag", formula=f"MIN(D{first}:D{last})")
        sheet.put(at, CONSTANT, float(all(self.passed)), "formula", "flag", formula=f"D{at}")
        sheet.painted += [Painted(f"D{at}", "check"), Painted(f"D{first}:D{last}", "check")]
        sheet.heading(say("信息（不计入总检查）", "Information (not part of the master check)"))
        outputs = self.outputs
        area = f"{Place(outputs.sheet.title, outputs.first, True).at(sheet.title).replace('$C$', 'D')}:D{outputs.last}"
        row = sheet.labelled(
            say(
                "各指标与程序导出值一致（改动输入后为 0）",
                "Figures are those of the engine at export (0 after a change)",
            )
        )
        same = all(outputs.sheet.cells[at, TOTAL].value == 1.0 for at in range(outputs.first, outputs.last + 1) if (at, TOTAL) in outputs.sheet.cells)  # fmt: skip
        sheet.put(row, TOTAL, float(same), "check", "flag", formula=f"MIN({area})")
        sheet.put(row, CONSTANT, float(same), "formula", "flag", formula=f"D{row}")
        sheet.painted.append(Painted(f"D{row}", "inform"))
        self.agrees = Place(sheet.title, row, single=True)

    # --- how a check is written -------------------------------------------------------------------------------------

    def _result(self, row: int, largest: float, *, within: str = "") -> None:
        """Whether the largest error of a row is within the tolerance, or whether a condition of its own holds."""
        held = largest <= TOLERANCE
        condition = within or f"{cell(row)}<={self.draft.placed('tolerance', self.sheet.title)}"
        self.sheet.put(row, TOTAL, float(held), "check", "flag", formula=f"IF({condition},1,0)")
        self.results.append(row)
        self.passed.append(held)

    def _largest(self, row: int, values: Values, *, scaled: bool = True) -> float:
        """The largest error of a row of periods, as a share of the scale."""
        span = self.draft.columns.span(row)
        scale = f"/{cell(self.scale.row)}" if scaled else ""
        largest = float(np.abs(values).max()) / (self.size if scaled else 1.0)
        self.sheet.put(row, CONSTANT, largest, "formula", "tiny", formula=f"MAX(MAX({span}),-MIN({span})){scale}")
        return largest

    def _yearly(self, name: str, values: Values, formula: str, *, label: str = "") -> int:
        text = label or word(LABELS, name, self.draft.lang)
        place = self.sheet.yearly(text, "", values, "formula", "tiny", formula=formula)
        self._result(place.row, self._largest(place.row, values))
        return place.row

    def _helper(self, label: str, values: Values, formula: str, number: str = "money2") -> Place:
        return self.sheet.yearly(label, "", values, "formula", number, formula=formula, depth=1)

    def _message(self, row: int, zh: str, en: str) -> None:
        """A sentence below a check that shows where it fails."""
        text = self.draft.say(zh, en)
        at = self.sheet.heading("", "warning")
        held = self.sheet.cells[row, TOTAL].value == 1.0
        self.sheet.put(at, LABEL, "" if held else text, "warning", formula=f'IF({cell(row, TOTAL)}=1,"","{text}")')
        self.messages.append((Place(self.sheet.title, at, single=True), "" if held else text))

    # --- identities -------------------------------------------------------------------------------------------------

    def _scale(self) -> None:
        """What errors are measured on: the largest of investment, assets and debt."""
        draft, sheet = self.draft, self.sheet
        spans = [draft.span(key, sheet.title) for key in ("invested", "assets", "debt")]
        # The investment to date is largest in the last year.
        self.size = max(
            *(float(np.abs(draft.line(key)).max()) for key in ("assets", "debt")),
            float(draft.line("invested")[-1]),
            1.0,
        )
        parts = ",".join([spans[0], *(f"{part}" for span in spans[1:] for part in (f"MAX({span})", f"-MIN({span})"))])
        label = draft.say(
            "检查的比较基数（投资、资产与负债的最大值）", "Scale: the largest of investment, assets and debt"
        )
        self.scale = sheet.single(
            label, draft.unit_words("yuan"), self.size, "formula", "money", formula=f"MAX({parts},1)"
        )

    def _identities(self) -> Iterator[tuple[str, Values, str]]:
        """Name, error by year and its formula."""
        draft, at = self.draft, self._at
        for name, key in (("balance", "balance_gap"), ("cash", "equity_cash_gap"), ("investors", "investors_gap")):
            yield name, draft.line(key), at(key)
        for account in self._loans():
            yield self._loan(account)
        pool = draft.line("vat_pool")
        yield "vat_pool", np.minimum(pool, 0.0), f"MIN({at('vat_pool')},0)"
        recovered = draft.line("capital_vat_paid") - draft.line("recovered_vat") - pool
        yield "vat_recovered", recovered, f"{at('capital_vat_paid')}-{at('recovered_vat')}-{at('vat_pool')}"
        yield self._depreciated()
        difference = np.cumsum(draft.line("tax_difference"))
        total = self._helper(draft.say("累计税会折旧差异", "Depreciation for tax beyond the books, to date"), difference, f"N({{-1}}{self.sheet.row})+{at('tax_difference')}")  # fmt: skip
        yield "tax_depreciation", *self._at_end(difference, f"{{0}}{total.row}")
        yield "funding", draft.line("funding_residual"), at("funding_residual")
        cap, reserve = draft.number("surplus_reserve_cap"), draft.line("reserve")
        above = np.maximum(reserve - cap * np.maximum(draft.line("paid_in"), 0.0), 0.0) * draft.line(
            "operating"
        ) + np.minimum(reserve, 0.0)
        formula = f"MAX({at('reserve')}-{at('surplus_reserve_cap')}*MAX({at('paid_in')},0),0)*{at('operating')}+MIN({at('reserve')},0)"
        yield "reserve", above, formula
        if draft.result.statements.form.grants:
            yield "deferred", *self._at_end(draft.line("deferred_income"), at("deferred_income"))
        yield "working_capital", *self._at_end(draft.line("working_assets"), at("working_assets"))

    def _at(self, key: str) -> str:
        return self.draft.placed(key, self.sheet.title)

    def _at_end(self, values: Values, reference: str) -> tuple[Values, str]:
        """What stands in the last year, 0 before."""
        last = np.zeros(len(values))
        last[-1] = values[-1]
        return last, f"IF({{0}}{YEAR_ROW}={self._last_year()},{reference},0)"

    def _last_year(self) -> str:
        place = self.outputs.workings.last_year
        return place.at(self.sheet.title)

    def _loans(self) -> Iterator[str]:
        """Accounts of loans with a schedule; what a loan repaid by capacity leaves is no fault of the books."""
        form = self.draft.result.statements.form
        for loan in form.loans:
            if loan.method != "capacity":
                yield from (f"{loan.name}{suffix}" for suffix in (("",) if loan.later else form.suffixes))

    def _loan(self, account: str) -> tuple[str, Values, str]:
        """What a loan owes after its last repayment, and at the end of the project."""
        draft, sheet = self.draft, self.sheet
        repaying, closing = draft.line(f"{account}.amortising"), draft.line(f"{account}.closing")
        count = np.cumsum(repaying)
        label = draft.say(f"还本年累计（{account}）", f"Years of repayment to date ({account})")
        counted = self._helper(label, count, f"N({{-1}}{sheet.row})+{self._at(f'{account}.amortising')}", "count")
        last = np.arange(len(count)) == len(count) - 1
        owed = np.where(last | ((count > 0.5) & (count > count[-1] - 0.5)), np.abs(closing), 0.0)
        whole = f"MAX({draft.columns.range_of(counted, sheet.title, fixed=True)})"
        after = f"AND({{0}}{counted.row}>0,{{0}}{counted.row}={whole})"
        formula = f"IF(OR({{0}}{YEAR_ROW}={self._last_year()},{after}),ABS({self._at(f'{account}.closing')}),0)"
        return "loan_repaid", owed, formula

    def _depreciated(self) -> tuple[str, Values, str]:
        draft, at = self.draft, self._at
        written = np.cumsum(draft.line("fixed_depreciation") + draft.line("fixed_written_off"))
        formula = f"N({{-1}}{self.sheet.row})+{at('fixed_depreciation')}+{at('fixed_written_off')}"
        to_date = self._helper(draft.say("累计折旧与核销", "Depreciation and write-offs to date"), written, formula)
        error = draft.line("fixed_original") - draft.line("fixed_net") - written
        return "depreciation", error, f"{at('fixed_original')}-{at('fixed_net')}-{{0}}{to_date.row}"

    # --- other checks -----------------------------------------------------------------------------------------------

    def _energy(self) -> None:
        """Energy out is at most energy in times efficiency; both are values of the operation."""
        draft, at = self.draft, self._at
        discharged = draft.line("discharged_mwh")
        charged = np.broadcast_to(draft.leaves.operation.charged_mwh[0], discharged.shape)
        ways = [self.inputs.cells[f"storage.{name}_efficiency"] for name in ("charge", "discharge")]
        made = float((draft.case.storage.charge_efficiency * draft.case.storage.discharge_yield)[0, 0])
        share = "*".join(way.at(self.sheet.title) for way in ways)
        if "fuel" in draft.result.statements.form.services:
            rate = self.inputs.cells["storage.heat.rate_mwh_per_mwh"].at(self.sheet.title)
            share += f"/(1-{ways[1].at(self.sheet.title)}*{rate})"
        most = draft.columns.range_of(draft.places["operation.charged_mwh"], self.sheet.title, fixed=True)
        base = f"MAX({most},1)"
        error = np.maximum(discharged - charged * made, 0.0) / max(float(charged.max()), 1.0)
        formula = f"MAX({at('discharged_mwh')}-{at('operation.charged_mwh')}*{share},0)/{base}"
        place = self.sheet.yearly(word(LABELS, "energy", draft.lang), "", error, "formula", "tiny", formula=formula)
        self._result(place.row, self._largest(place.row, error, scaled=False))

    def _solved(self) -> None:
        """A sculpted loan is a value: its repayments follow the cash, and its cover is the one aimed at."""
        draft, sheet, form = self.draft, self.sheet, self.draft.result.statements.form
        loan = form.sculpted
        if loan is None:
            return
        sheet.heading(draft.say("测算值是否仍然有效", "Whether what was solved still holds"))
        row = self._yearly("sculpting", draft.line("sculpting_gap"), self._at("sculpting_gap"))
        self._message(row, "还款测算值已失效，请重新运行", "the sculpted repayments no longer hold: run the case anew")
        target, part = self._at(f"{loan.name}.target_dscr"), self._at("sculpted_part")
        cover = self._at("cover")
        aimed, found = draft.number(f"{loan.name}.target_dscr"), draft.number("cover")
        short = abs(found - aimed) if draft.number("sculpted_part") < 1.0 - TOLERANCE else max(aimed - found, 0.0)
        at = sheet.labelled(
            draft.say("借款规模与目标偿债备付率相符", "The size of the loan is that of its target cover")
        )
        # At its cap a loan may be covered better than it has to be.
        near = draft.placed("tolerance", sheet.title)
        formula = f"IF({part}<1-{near},ABS({cover}-{target}),MAX({target}-{cover},0))"
        sheet.put(at, CONSTANT, short, "formula", "tiny", formula=formula)
        self._result(at, short)
        self._message(
            at, "借款规模测算值已失效，请重新运行", "the size of the sculpted loan no longer holds: run the case anew"
        )

    def _rate(self, key: str, line: str) -> None:
        """NPV at a rate of return, as a share of the discounted absolute flows; nothing where there is no rate."""
        draft, sheet = self.draft, self.sheet
        rate = self.outputs.live[key].at(sheet.title)
        value = self.outputs.values[key]
        years = np.arange(1.0, draft.columns.years + 1.0)
        worth = np.zeros(len(years)) if isinstance(value, str) else draft.line(line) / (1.0 + value) ** years
        what = draft.result.statements.book.figures[key]
        formula = f"IF(ISNUMBER({rate}),{self._at(line)}/(1+{rate})^{{0}}{YEAR_ROW},0)"
        place = sheet.yearly(draft.say(what.zh, what.en), "", worth, "formula", "money2", formula=formula)
        span = draft.columns.span(place.row)
        size = float(np.abs(worth).sum())
        error = abs(float(worth.sum())) / size if size else 0.0
        held = f"IF(SUMPRODUCT(ABS({span}))=0,0,ABS(SUM({span}))/SUMPRODUCT(ABS({span})))"
        sheet.put(place.row, CONSTANT, error, "formula", "tiny", formula=held)
        self._result(place.row, error)

    def _inputs(self) -> None:
        """Inputs are in their ranges, shares add up, and nothing was changed that needs a new run."""
        draft, sheet, inputs = self.draft, self.sheet, self.inputs
        sheet.heading(draft.say("输入", "Inputs"))
        self._all(draft.say("可改输入均在范围内", "Inputs to change are within their ranges"), inputs.checked)
        row = self._all(draft.say("需重新运行的输入未改动", "What needs a new run was not changed"), inputs.stale)
        if row is not None:
            self._message(
                row,
                "已改动需重新运行的输入，运行与结算结果已失效，请重新运行",
                "an input was changed that operation and settlement do not follow: run the case anew",
            )
        for label, names in self._sums():
            at = sheet.labelled(label)
            total = (
                sum(draft.number(name) for name in names)
                if len(names) > 1 or draft.is_single(names[0])
                else float(draft.line(names[0]).sum())
            )
            parts = (
                draft.span(names[0], sheet.title)
                if not draft.is_single(names[0])
                else ",".join(self._at(name) for name in names)
            )
            sheet.put(at, CONSTANT, abs(total - 1.0), "formula", "tiny", formula=f"ABS(SUM({parts})-1)")
            self._result(at, abs(total - 1.0))

    def _sums(self) -> Iterator[tuple[str, list[str]]]:
        """What must add to 1."""
        say, form = self.draft.say, self.draft.result.statements.form
        yield say("分年投资比例合计为 1", "Shares of the investment by year add to 1"), ["spend"]
        early = [f"{loan.name}.share" for loan in form.loans if not loan.later]
        if len(form.loans) > 1 or early[0] in self.draft.places:
            yield say("建设期各笔借款比例合计为 1", "Shares of the loans of the construction add to 1"), early
        for key, zh, en in (
            ("share", "出资", "equity"),
            ("dividend_share", "分红", "dividends"),
            ("liquidation_share", "清算分配", "liquidation"),
        ):
            if form.parties:
                yield (
                    say(f"投资各方{zh}比例合计为 1", f"Shares of the parties in {en} add to 1"),
                    [f"{name}.{key}" for name in form.parties],
                )

    def _all(self, label: str, ranges: list[tuple[int, int]]) -> int | None:
        """One check over the checks of another sheet's rows."""
        if not ranges:
            return None
        sheet = self.sheet
        prefix = Place(self.inputs.sheet.title, 1, single=True).at(sheet.title).removesuffix("$C$1")
        areas = ",".join(f"{prefix}D{first}:D{last}" for first, last in ranges)
        held = all(
            self.inputs.sheet.cells[row, TOTAL].value == 1.0
            for first, last in ranges
            for row in range(first, last + 1)
            if (row, TOTAL) in self.inputs.sheet.cells
        )
        at = sheet.labelled(label)
        sheet.put(at, CONSTANT, 1.0 - float(held), "formula", "tiny", formula=f"1-MIN({areas})")
        self._result(at, 1.0 - float(held))
        return at
