"""The card of a tariff: its document, since when, which months were published, what floats, what is absent, and how old all is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from appraisal.app.faults import shown_as_is
from appraisal.library import Fact, RetailYear
from appraisal.library.check import STALE_AFTER
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import MonthSource, lowest
from appraisal.study.spreads import cycle, latest, outdated
from appraisal.text import ABSENT, COMPONENTS, CONFIDENCE, MONTH_TAKEN, word
from appraisal.units import MONTHS_PER_YEAR

# From so many months on, prices are called old.
OLD_MONTHS = int(MONTHS_PER_YEAR)


@dataclass(frozen=True, kw_only=True)
class Aged:
    """Something to know of the age of prices: a remark, a warning, or a strong one."""

    level: Literal["remark", "warning", "strong"]
    text: str


def months_between(first: date, later: date) -> int:
    """Calendar months from the month of one date to that of another; negative where it lies before.

    Examples
    --------
    >>> months_between(date(2025, 5, 1), date(2026, 8, 31))
    15
    """
    return (later.year - first.year) * int(MONTHS_PER_YEAR) + later.month - first.month


def card(file: RetailFile, year: RetailYear, lang: str) -> list[dict[str, str]]:
    """What a tariff is and rests on, as rows of a heading and a line of Markdown.

    Parameters
    ----------
    file : RetailFile
    year : RetailYear
        Twelve months of it for one user.
    lang : "en" or "zh"
    """
    head, told = ("项目", "内容") if lang == "zh" else ("Item", "What")
    rows, before = [], ""
    for name, line in _lines(file, year, lang):
        rows.append({head: f"**{name}**" if name != before else "", told: shown_as_is(line)})
        before = name
    return rows


def _lines(file: RetailFile, year: RetailYear, lang: str) -> Iterator[tuple[str, str]]:
    zh, stop = lang == "zh", "、" if lang == "zh" else ", "
    for begins in sorted({month.rule_from for month in year.months}):
        rule = file.rules[begins]
        yield (
            "分时电价文件" if zh else "Document of the bands",
            f"{rule.document}，自 {begins} 起执行" if zh else f"{rule.document}, in force from {begins}",
        )
        known = [name for name in rule.floats if name in year.components] or rule.floats
        yield ("参与浮动" if zh else "What floats", stop.join(word(COMPONENTS, name, lang) for name in known))
    begun = cycle(file, year)
    if begun is not None:
        yield ("输配电价" if zh else "Transmission prices", f"自 {begun} 起执行" if zh else f"in force from {begun}")
    yield from _months(year, lang)
    yield ("可信度" if zh else "Confidence", _trust(year, lang))
    checked = sorted({fact.source.checked for fact in year.facts})
    yield ("核对日期" if zh else "Checked", " – ".join(str(day) for day in dict.fromkeys((checked[0], checked[-1]))))
    for one in file.absent:
        name = "资料中没有" if zh else "Not in the evidence"
        yield (name, f"{word(ABSENT, one.what, lang)}{'：' if zh else ': '}{one.title.text(lang)}")
    for note in year.notes:
        yield ("说明" if zh else "Note", note.text(lang))


def _trust(year: RetailYear, lang: str) -> str:
    """How far the year can be trusted, and the weakest of the values that were read for it."""
    read = word(CONFIDENCE, lowest(fact.source.confidence for fact in year.facts), lang)
    whole = word(CONFIDENCE, year.confidence, lang)
    if lang == "zh":
        return f"全年电价：{whole}；所读数值中最弱者：{read}"
    return f"prices of the year: {whole}; weakest of the values read: {read}"


def _months(year: RetailYear, lang: str) -> Iterator[tuple[str, str]]:
    """The months that were published, and each stretch of months that takes the price of one other month."""
    zh = lang == "zh"
    ordered = sorted(year.months, key=lambda one: one.month)
    own = [f"{one.month:%Y-%m}" for one in ordered if not one.estimate]
    none = "没有" if zh else "none"
    yield ("已公布月份" if zh else "Published months", ("、" if zh else ", ").join(own) or none)
    for stretch in _stretches([one for one in ordered if one.estimate]):
        span = f"{stretch[0].month:%Y-%m}"
        if len(stretch) > 1:
            span += f"{' 至 ' if zh else ' to '}{stretch[-1].month:%Y-%m}"
        why = word(MONTH_TAKEN, stretch[0].reason, lang).format(taken=f"{stretch[0].taken:%Y-%m}")
        yield ("估计月份" if zh else "Estimated months", f"{span}{'：' if zh else ': '}{why}")


def _stretches(months: Sequence[MonthSource]) -> list[list[MonthSource]]:
    """Successive months that take the price of the same month for the same reason."""
    found: list[list[MonthSource]] = []
    for one in months:
        last = found[-1][-1] if found else None
        follows = last is not None and months_between(last.month, one.month) == 1
        if last is not None and follows and (last.taken, last.reason) == (one.taken, one.reason):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def ages(
    file: RetailFile | None, year: RetailYear | None, read: Sequence[Fact], lang: str, today: date
) -> tuple[Aged, ...]:
    """What a reader must know of the age of prices, the gravest first.

    Parameters
    ----------
    file : RetailFile or None
    year : RetailYear or None
        Twelve months of it; None where prices come from elsewhere.
    read : sequence of Fact
        The facts behind the prices.
    lang : "en" or "zh"
    today : date

    Returns
    -------
    tuple of Aged
        Strong: no month was published under the transmission prices in force. A warning: the youngest month is
        twelve months older than today or than the first month priced; a source was not checked for a year. A remark:
        some months were not published.
    """
    found = [] if file is None or year is None else list(_of_prices(file, year, lang, today))
    old = sorted({fact.source.checked for fact in read if today - fact.source.checked > STALE_AFTER})
    if old:
        text = (
            f"部分出处自 {old[0]} 起未再核对，已超过一年，请先核实。"
            if lang == "zh"
            else f"Some sources were last checked on {old[0]}, over a year ago: verify them first."
        )
        found.append(Aged(level="warning", text=text))
    return tuple(found)


def _of_prices(file: RetailFile, year: RetailYear, lang: str, today: date) -> Iterator[Aged]:
    zh = lang == "zh"
    guessed = sum(month.estimate for month in year.months)
    age = _age(latest(file, year), year.start, today, lang)
    if outdated(file, year):
        yield Aged(level="strong", text=(
            f"自 {cycle(file, year)} 执行现行输配电价以来，该地区没有任何月份的公布电价，全部 12 个月均为估计。{age}投资决策前请取得当地最新电价。"
            if zh else
            f"No price of this area was published since the transmission prices of {cycle(file, year)} are in force: all 12 months are an estimate. {age} Get the area's latest prices before you decide."
        ))  # fmt: skip
        return
    if guessed:
        yield Aged(level="remark", text=(
            f"12 个月中有 {guessed} 个月的电价尚未公布，按已公布的月份估计；最新公布的月份为 {latest(file, year):%Y-%m}。" if zh else
            f"{guessed} of the 12 months were not published and stand at an estimate; the latest published month is {latest(file, year):%Y-%m}."
        ))  # fmt: skip
    if max(months_between(latest(file, year), day) for day in (today, year.start)) >= OLD_MONTHS:
        yield Aged(level="warning", text=f"电价已旧：{age}" if zh else f"The prices are old. {age}")


def _age(month: date, start: date, today: date, lang: str) -> str:
    """How long before today, and before the first month priced, the youngest month lies."""
    now, begun = months_between(month, today), months_between(month, start)
    if lang == "zh":
        then = f"，比投运月份 {start:%Y-%m} 早 {begun} 个月" if begun > 0 else ""
        return f"最新公布的月份为 {month:%Y-%m}，距今 {now} 个月{then}。"
    then = f" and {begun} months before commissioning in {start:%Y-%m}" if begun > 0 else ""
    return f"The latest published month is {month:%Y-%m}, {now} months ago{then}."
