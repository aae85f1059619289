"""What ``appraisal tariff`` prints: files, twelve months of prices, verdicts, comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from appraisal.cli.common import Lang, print_columns
from appraisal.errors import Fault, InputError, said
from appraisal.text import ABSENT, COMPONENTS, CONFIDENCE, MONTH_TAKEN, PARTS, STATUS, word

if TYPE_CHECKING:
    from appraisal.library import Fact, RetailYear
    from appraisal.library.check import Verdict
    from appraisal.library.check_retail import Coverage
    from appraisal.library.parameters import ParameterFile
    from appraisal.library.retail_types import RetailFile
    from appraisal.library.types import Title
    from appraisal.report.charts.picture import Picture

MONTHS = range(1, 13)


def month_of(text: str | None) -> date:
    return date.today().replace(day=1) if text is None else day_of(f"{text}-01" if len(text) == 7 else text)


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = said(
            "{text!r} is not a date; write 2026-08 or 2026-08-01", "{text!r} 不是日期；应写作 2026-08 或 2026-08-01", text=text
        )  # fmt: skip
        raise InputError([Fault(where="tariff", message=message)]) from error


def show_parameters(file: ParameterFile, only: str | None, lang: Lang) -> None:
    print(f"{file.name}  {file.title.text(lang)}")
    for key, parameter in file.parameters.items():
        if only not in (None, parameter.name):
            continue
        print(f"\n{parameter.name}  {parameter.title.text(lang)}  [{parameter.unit}; {parameter.dated_by}]")
        repealed = "已废止" if lang == "zh" else "repealed"
        print_columns(
            [
                (
                    f"  {day}",
                    repealed if entry.value is None else _plain(entry.value),
                    stands([entry.source.status] if entry.source.status else [], lang),
                    trust(entry.source.confidence, lang),
                    entry.source.key,
                    entry.note,
                )
                for day, entry in file.entries[key].items()
            ]
        )
    _sources(
        [(source.key, source.confidence, source.cited(lang), str(source.checked)) for source in file.sources.values()],
        lang,
    )
    _notes(file.notes, lang)
    _notes(file.absent, lang, ("来源中没有：", "not in the sources:"))
    _notes(file.differs, lang, ("来源之间的矛盾：", "the sources differ:"))


def show_retail(file: RetailFile, year: RetailYear, lang: Lang) -> None:
    print(f"{year.name}  {year.title.text(lang)}")
    print(
        "; ".join(
            part
            for part in (
                word(PARTS, year.parts, lang),
                file.voltages[year.voltage].text(lang),
                file.classes[year.user_class].title.text(lang),
                year.zone,
                f"{year.start:%Y-%m} +12",
                trust(year.confidence, lang),
            )
            if part
        )
    )
    _show_prices(year, lang)
    print(
        "\n"
        + (
            "时段 (s 尖峰 p 高峰 f 平段 v 低谷 d 深谷)"
            if lang == "zh"
            else "periods (s sharp p peak f flat v valley d deep)"
        )
    )
    print_columns(
        [(f"  {day.month:02d}", day.title.text(lang), f"{day.days:g}", _drawn(day.letters)) for day in year.days]
    )
    estimates = [month for month in sorted(year.months, key=lambda month: month.month) if month.reason]
    if estimates:
        print("\n" + ("* 估计：" if lang == "zh" else "* estimates:"))
        told = [(f"  {month.month:%Y-%m}", word(MONTH_TAKEN, month.reason, lang), month.taken) for month in estimates]
        print_columns([(month, text.format(taken=f"{taken:%Y-%m}")) for month, text, taken in told])
    if file.absent:
        print("\n" + ("依据中没有：" if lang == "zh" else "not in the evidence:"))
        print_columns([(f"  {word(ABSENT, one.what, lang)}", one.title.text(lang)) for one in file.absent])
    _sources(_cited(year.facts, lang), lang)
    _notes(year.notes, lang)


def _show_prices(year: RetailYear, lang: Lang) -> None:
    from appraisal.library import LETTERS

    place = 0 if lang == "zh" else 1
    letters = [letter for letter in LETTERS if any(letter in prices for prices in year.prices)]
    components = list(year.components)
    head = [
        "月份" if lang == "zh" else "month",
        *(LETTERS[letter][place] for letter in letters),
        *(word(COMPONENTS, key, lang) for key in ("floating", "fixed", *components)),
    ]
    basic = [("demand", year.demand_yuan_per_kw_month), ("capacity", year.capacity_yuan_per_kva_month)]
    basic = [pair for pair in basic if any(value is not None for value in pair[1])]
    rows = [(*head, *(word(COMPONENTS, key, lang) for key, _ in basic))]
    for month in MONTHS:
        source = year.months[month - 1]
        prices = year.prices[month - 1]
        rows.append(
            (
                f"{source.month:%Y-%m}{'*' if source.estimate else ''}",
                *(_number(prices.get(letter)) for letter in letters),
                _number(year.floating[month - 1]),
                _number(year.fixed[month - 1]),
                *(_number(year.components[key][month - 1]) for key in components),
                *(_number(values[month - 1]) for _, values in basic),
            )
        )
    print("\n" + ("电价，元/千瓦时（含税）" if lang == "zh" else "prices, yuan/kWh incl. VAT"))
    print_columns(rows)


def _cited(facts: Iterable[Fact], lang: Lang) -> list[tuple[str, str, str, str]]:
    found = {(fact.source.key, fact.source.confidence): fact.source for fact in facts}
    return [(source.key, source.confidence, source.cited(lang), str(source.checked)) for source in found.values()]


def _sources(rows: Iterable[tuple[str, str, str, str]], lang: Lang) -> None:
    print("\n" + ("来源：" if lang == "zh" else "sources:"))
    print_columns([(f"  {key}", trust(confidence, lang), checked, cite) for key, confidence, cite, checked in rows])


def _notes(notes: Sequence[Title], lang: Lang, head: tuple[str, str] = ("说明：", "notes:")) -> None:
    if notes:
        print("\n" + (head[0] if lang == "zh" else head[1]))
        for note in notes:
            print(f"  {note.text(lang)}")


def _drawn(letters: str) -> str:
    """A day in groups of four hours."""
    size = len(letters) // 6
    return " ".join(letters[place : place + size] for place in range(0, len(letters), size))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def trust(confidence: str, lang: Lang) -> str:
    return word(CONFIDENCE, confidence, lang)


def stands(statuses: Iterable[str], lang: Lang) -> str:
    """How rules stand, in words."""
    return ("、" if lang == "zh" else ", ").join(word(STATUS, status, lang) for status in statuses)


def show_verdict(verdict: Verdict, lang: Lang) -> None:
    """Faults, warnings and how much was looked at."""
    for fault in verdict.faults:
        print(f"{'错误' if lang == 'zh' else 'fault'}: {fault.text(lang)}")
    for warning in verdict.warnings:
        print(f"{'提醒' if lang == 'zh' else 'warning'}: {warning.text(lang)}")
    counts = (verdict.files, verdict.values, len(verdict.faults), len(verdict.warnings))
    print(
        "{} 个文件，{} 个值，{} 处错误，{} 处提醒".format(*counts)
        if lang == "zh"
        else "{} files, {} values, {} faults, {} warnings".format(*counts)
    )


def show_coverage(rows: Sequence[Coverage], lang: Lang) -> None:
    """How far each area can be priced over twelve months, and what is absent."""
    head = {
        "zh": ("电价表", "地区", "可定价用户", "已公布月份", "最新月份", "可信度", "缺少"),
        "en": ("tariff", "area", "users priced", "months published", "latest", "confidence", "absent"),
    }[lang]
    print()
    print_columns([
        head,
        *(
            (
                row.name, short(row.title, lang), f"{row.priced}/{row.users}", f"{row.published}/12",
                "-" if row.latest is None else f"{row.latest:%Y-%m}",
                "-" if row.confidence is None else trust(row.confidence, lang),
                ("；" if lang == "zh" else "; ").join(word(ABSENT, what, lang) for what in row.absent),
            )
            for row in rows
        ),
    ])  # fmt: skip


def short(title: Title, lang: Lang) -> str:
    """The area of a tariff's title: 浙江 of 浙江 工商业分时电价."""
    return title.zh.partition(" ")[0] if lang == "zh" else title.en.partition(",")[0]


def show_picture(picture: Picture) -> None:
    """The table behind a picture, with the lines that say what it is."""
    print(picture.title)
    for line in picture.subtitle:
        print(line)
    print()
    head, rows = picture.cells()
    print_columns([head, *rows])
