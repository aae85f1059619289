"""Ready inverse questions: what would have to be true of the capital cost, the spread, a price, the cycles, the loan.

Each is one :func:`~appraisal.study.solve.solve`, with the figures that people ask for read from the appraisal there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.pipeline import appraise
from appraisal.study.amounts import amount, of_input, of_metric
from appraisal.study.hurdle import hurdle
from appraisal.study.inputs import refuse_blocks
from appraisal.study.questions import ready
from appraisal.study.questions.ready import Figure, Moves, Reads, Says
from appraisal.study.solve import Solved, solve
from appraisal.study.words import joined, say
from appraisal.text import unit_words

if TYPE_CHECKING:
    import pandas as pd

Figures: TypeAlias = tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A ready question: what it moves, what it reads at the solution, and the sentence of its answer.

    A sentence has ``{meets}`` (the target), ``{moved}`` (the solution), the words that ``says`` gives and, by key, the
    figures at the solution and, with ``base_`` before the key, those of the case.
    """

    zh: str
    en: str
    moves: Moves
    reads: Reads
    answer_zh: str
    answer_en: str
    metric: str = "project_npv"
    says: Says = lambda _stands, _there, _lang: {}


QUESTIONS: Mapping[str, Question] = {
    "highest_capital_cost": Question(
        zh="最高建设投资", en="Highest capital cost", moves=ready.investment, reads=ready.read_investment,
        answer_zh="{meets}，建设投资（含税）最高为 {construction_investment_total}（{investment_yuan_per_kwh}；{investment_yuan_per_kw}），较本算例 {moved}",
        answer_en="{meets}, construction investment may be at most {construction_investment_total} incl. VAT ({investment_yuan_per_kwh}; {investment_yuan_per_kw}), {moved} on the case",
    ),
    "lowest_spread": Question(
        zh="最低充放电价差", en="Lowest price spread", moves=ready.spread, reads=ready.read_spread,
        answer_zh="{meets}，平均充放电价差至少为 {spread}（价差系数较本算例 {moved}；本算例为 {base_spread}）",
        answer_en="{meets}, the mean spread must be at least {spread} (spread changed by {moved}; the case has {base_spread})",
    ),
    "lowest_capacity_price": Question(
        zh="最低容量电价", en="Lowest capacity price", moves=ready.capacity_price, reads=ready.read_capacity_price, says=ready.capacity_words,
        answer_zh="{meets}，{stream}所依据的{named}（含税）至少为 {price}（本算例为 {base_price}），首个运营年付给本电站 {paid}（本算例为 {base_paid}）",
        answer_en="{meets}, the {named} must be at least {price} incl. VAT (stream {stream}; the case: {base_price}), which pays this plant {paid} in its first operating year (the case: {base_paid})",
    ),
    "lowest_mileage_price": Question(
        zh="最低调频里程价格", en="Lowest mileage price", moves=ready.mileage_price, reads=ready.read_mileage_price, says=ready.mileage_words,
        answer_zh="{meets}，{stream}的里程价格（含税）至少为 {price}（本算例为 {base_price}），首个运营年付给本电站 {paid}（本算例为 {base_paid}）",
        answer_en="{meets}, the mileage price must be at least {price} incl. VAT (stream {stream}; the case: {base_price}), which pays this plant {paid} in its first operating year (the case: {base_paid})",
    ),
    "lowest_contract_income": Question(
        zh="最低合同收入", en="Lowest contract income", moves=ready.contract_income, reads=ready.read_contract_income,
        answer_zh="{meets}，年均合同收入（含税）至少为 {income}，较本算例 {moved}（本算例为 {base_income}）",
        answer_en="{meets}, contract income must be at least {income} incl. VAT in the mean operating year, {moved} on the case (which has {base_income})",
    ),
    "needed_cycles": Question(
        zh="所需循环次数", en="Needed cycles", moves=ready.cycles, reads=ready.read_cycles, says=ready.cycles_words,
        answer_zh="{meets}，年等效满循环需达到 {cycles}（与衰减模型同口径，含辅助服务；可用电量的满充放为 {swings}；可用率 {availability}；本算例为 {base_cycles}、可用率 {base_availability}{moved_income}）",
        answer_en="{meets}, the plant must make {cycles} (equivalent full cycles as ageing counts them, services included; {swings} of the usable energy; availability {availability}; the case: {base_cycles}, availability {base_availability}{moved_income})",
    ),
    "longest_payback": Question(
        zh="最长静态投资回收期", en="Longest payback", moves=ready.revenue, reads=ready.read_payback,
        answer_zh="{meets}，收入须较本算例变化 {moved}，此时静态投资回收期（含建设期）为 {payback_years}：若是收入不足，回收更晚则达不到（本算例为 {base_payback_years}；若是投资或成本超支，界限另有不同）",
        answer_en="{meets}, revenue must be {moved} on the case's; payback is then {payback_years} from construction start: if revenue is what falls short, a later payback misses it (the case: {base_payback_years}; if costs are what overruns, the limit is another)",
    ),
    "lowest_income_per_kwh": Question(
        zh="最低每放电千瓦时收入", en="Lowest income per kWh discharged", moves=ready.energy_income, reads=ready.read_income,
        answer_zh="{meets}，每放电千瓦时收入（各项收入合计，含税，不含补贴）至少为 {income}，较本算例 {moved}（本算例为 {base_income}）",
        answer_en="{meets}, income of all streams but subsidies must be at least {income} discharged, incl. VAT, {moved} on prices of the case (which has {base_income})",
    ),
    "highest_loan_rate": Question(
        zh="最高借款利率", en="Highest loan rate", moves=ready.loan_rate, reads=ready.read_loan_rate, metric="equity_npv",
        answer_zh="{meets}，借款利率最高为 {all}，较本算例 {moved}（本算例为 {base_all}）",
        answer_en="{meets}, the loan rate may be at most {all}, {moved} on the case (which has {base_all})",
    ),
}  # fmt: skip

_LINES = {
    "equals": ("要使{metric} = {target}", "For {metric} = {target}"),
    "earns": ("要使{who}收益率达到基准 {rate}（净现值为零）", "For {who} to earn its discount rate of {rate} (NPV of zero)"),
    "none": ("{question}：无解。{meets}：{why}", "{question}: none. {meets}: {why}"),
    "not_applicable": ("{question}：不适用，{why}", "{question}: does not apply, {why}"),
    "mixed": ("该指标在查找范围内不单调，“最高/最低”仅就所示解附近而言", "the metric is not monotone at the values looked at: highest and lowest hold around the solution shown"),
    "at_most": ("即使可用率为 {availability}（{cycles}），{metric}为 {value}", "even at an availability of {availability} ({cycles}) {metric} is {value}"),
    "by_contract": ("收入按合同给定，与充放电量无关", "income is stated by contract and does not move with the energy"),
}  # fmt: skip
_EARNS = {"project_npv": ("全投资", "the project"), "equity_npv": ("资本金", "the equity")}
_RATE_OF = {"project_npv": "project_irr", "equity_npv": "equity_irr"}
_HEADS = {
    "figure": ("项目", "Figure"),
    "unit": ("单位", "Unit"),
    "case": ("本算例", "In the case"),
    "needed": ("所需", "Needed"),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to a ready question.

    Attributes
    ----------
    name : str
        Of the question.
    code : str
        As of :class:`~appraisal.study.solve.Solved`; ``not_applicable`` where the question has no meaning for the case.
    metric, target : str, float
        What had to be met.
    figures, stands : tuple of Figure
        At the solution (none without one) and in the case.
    solved : Solved or None
    sentence : Message
        The answer in both languages, or why there is none.
    """

    name: str
    code: str
    metric: str
    target: float
    figures: Figures
    stands: Figures
    solved: Solved | None
    sentence: Message

    def text(self, lang: str = "en") -> str:
        """The sentence in ``zh`` or ``en``."""
        return self.sentence.text(lang)

    def figure(self, key: str) -> float:
        """A figure at the solution by its key; NaN where there is no solution."""
        return next((one.value for one in self.figures if one.key == key), float("nan"))

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a figure: its unit, what stands in the case and what is needed (NaN without a solution)."""
        import pandas as pd

        heads = {name: say(words, lang) for name, words in _HEADS.items()}
        return pd.DataFrame(
            {
                heads["figure"]: [one.label(lang) for one in self.stands],
                heads["unit"]: [unit_words(one.unit, lang, fractions=True) for one in self.stands],
                heads["case"]: [one.value for one in self.stands],
                heads["needed"]: [self.figure(one.key) for one in self.stands],
            }
        )


def ask(case: Case, name: str, target: Mapping[str, float] | None = None) -> Answer:
    """Answer a ready question.

    Parameters
    ----------
    case : Case
        One scenario.
    name : str
        ``highest_capital_cost``, ``lowest_spread``, ``lowest_capacity_price``, ``needed_cycles``, ``longest_payback``,
        ``lowest_income_per_kwh`` or ``highest_loan_rate``.
    target : {metric: value}, optional
        By default the project earns its discount rate (``project_npv`` of 0); for the loan rate the equity its own.

    Returns
    -------
    Answer

    Raises
    ------
    InputError
        For more than one scenario, an unknown question or metric, or not exactly one target.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("zhejiang_user_lfp"))
    >>> print(ask(case, "lowest_capacity_price").text())
    Lowest capacity price: does not apply, the case has no stream with a capacity price
    """
    refuse_blocks(case)
    question = _question(name)
    metric, wanted = _target(question, target)
    moves = question.moves(case)
    if isinstance(moves, Message):
        label = Message(question.en, question.zh)
        told = said(_LINES["not_applicable"][1], _LINES["not_applicable"][0], question=label, why=moves)
        return Answer(name=name, code="not_applicable", metric=metric, target=wanted, figures=(), stands=(), solved=None, sentence=told)  # fmt: skip
    solved = solve(case, moves, metric, wanted)
    standing = appraise(case)
    there = appraise(solved.case()) if solved.found.size else None
    stands, figures = question.reads(standing), () if there is None else question.reads(there)
    en, zh = (
        _none(question, solved, lang) if there is None
        else _told(question, solved, figures, stands, question.says(standing, there, lang), lang)
        for lang in ("en", "zh")
    )  # fmt: skip
    return Answer(
        name=name, code=str(solved.code[0]), metric=metric, target=wanted, figures=figures, stands=stands, solved=solved,
        sentence=Message(en, zh),
    )  # fmt: skip


def _question(name: str) -> Question:
    if name not in QUESTIONS:
        message = said("no such question; {suggest}", "没有这个问题；{suggest}", suggest=suggest(name, list(QUESTIONS)))
        raise InputError([Fault(where="ask", path=name, message=message)])
    return QUESTIONS[name]


def _target(question: Question, target: Mapping[str, float] | None) -> tuple[str, float]:
    given = {question.metric: 0.0} if target is None else target
    if len(given) != 1:
        message = said("{count} targets; expected one, such as equity_irr of 0.08", "{count} 个目标；应为一个，如 equity_irr 为 0.08", count=len(given))  # fmt: skip
        raise InputError([Fault(where="ask", message=message)])
    return next(iter(given.items()))


def _meets(solved: Solved, lang: str) -> str:
    """What the target asks for, as the beginning of a sentence."""
    metric, target = solved.metric, float(solved.target[0])
    if target == 0.0 and metric.key in _EARNS:
        rate = float(hurdle(solved.moving.case, _RATE_OF[metric.key])[0])
        return say(_LINES["earns"], lang).format(who=say(_EARNS[metric.key], lang), rate=amount(rate, "share", lang))
    return say(_LINES["equals"], lang).format(
        metric=say((metric.zh, metric.en), lang), target=of_metric(metric, target, lang)
    )


def _told(
    question: Question, solved: Solved, figures: Figures, stands: Figures, words: Mapping[str, str], lang: str
) -> str:
    """The answer of a question that has one."""
    shown = {one.key: one.text(lang) for one in figures} | {f"base_{one.key}": one.text(lang) for one in stands}
    shown |= words
    shown |= {"all": _listed(figures, lang), "base_all": _listed(stands, lang)}
    sentence = say((question.answer_zh, question.answer_en), lang).format(
        meets=_meets(solved, lang), moved=of_input(solved.input, float(solved.value[0]), lang), **shown
    )
    mixed = say(_LINES["mixed"], lang) if str(solved.trend[0]) == "mixed" else ""
    return joined([sentence, solved.words(0, lang), mixed], lang)


def _listed(figures: Figures, lang: str) -> str:
    """Each with its label where there are several."""
    texts = [one.text(lang) if len(figures) == 1 else f"{one.label(lang)} {one.text(lang)}" for one in figures]
    return ("、" if lang == "zh" else ", ").join(texts)


def _none(question: Question, solved: Solved, lang: str) -> str:
    """Why a question has no answer; of the cycles also how the metric stands at the most that the plant can run."""
    why = [solved.words(0, lang)]
    if solved.input.key == "storage.availability":
        why.append(_at_most(solved, lang))
    if solved.input.key == ready.CYCLES.key and str(solved.code[0]) == "flat":
        why.append(say(_LINES["by_contract"], lang))
    return say(_LINES["none"], lang).format(
        question=say((question.zh, question.en), lang), meets=_meets(solved, lang), why=joined(why, lang)
    )


def _at_most(solved: Solved, lang: str) -> str:
    """The metric at the highest availability."""
    most = appraise(solved.moving.block(solved.looked[:, 1:]))
    shown = {one.key: one.text(lang) for one in ready.read_cycles(most)}
    metric = most.metrics[solved.metric.key]
    return say(_LINES["at_most"], lang).format(
        metric=say((metric.zh, metric.en), lang), value=of_metric(metric, float(metric.value[0]), lang), **shown
    )
