"""``appraisal tariff``: the fact library on the terminal. Parses and prints; ``library`` looks up and checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from appraisal.cli.common import Lang, LangOption, print_columns
from appraisal.text import COMPONENTS, CONFIDENCE, MONTH_TAKEN, PARTS, word

if TYPE_CHECKING:
    from appraisal.library import Fact, RetailYear
    from appraisal.library.parameters import ParameterFile
    from appraisal.library.retail_types import RetailFile
    from appraisal.library.types import Title

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show and check the library of dated facts.")
MONTHS = range(1, 13)


@app.command("list")
def list_(lang: LangOption = Lang.en) -> None:
    """List the files of the library: name, title, span of dates, weakest confidence.

    Example: appraisal tariff list --lang zh
    """
    from appraisal.library import Library
    from appraisal.library.check import overview

    rows = [
        (row.name, row.title.text(lang), str(row.first), str(row.last), _trust(row.confidence, lang))
        for row in overview(Library.open())
    ]
    head = {"zh": ("名称", "标题", "最早", "最新", "可信度"), "en": ("name", "title", "first", "latest", "confidence")}
    print_columns([head[lang], *rows])


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A file (retail.zhejiang, tax.national) or one fact.")],
    voltage: Annotated[str, typer.Option("--voltage", help="Retail: connection voltage.")] = "10kV",
    parts: Annotated[
        str, typer.Option("--parts", help="Retail: one (energy only) or two (with a basic charge).")
    ] = "two",
    user_class: Annotated[
        str | None, typer.Option("--class", help="Retail: user class; default the tariff's own.")
    ] = None,
    zone: Annotated[Optional[str], typer.Option("--zone", help="Retail: price zone, where there are zones.")] = None,  # noqa: UP045
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="MONTH", help="First of twelve months, 2026-08; default this month."),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Show one file or fact: values by date, prices by month, a drawn period map, sources.

    Example: appraisal tariff show retail.zhejiang --voltage 10kV --from 2026-08
    """
    from appraisal.library import Library
    from appraisal.library.retail_types import RetailFile

    library = Library.open()
    inside = library.file_of(name)
    key = inside if name not in library.files() and inside in library.files() else name
    file = library.file(key)
    if isinstance(file, RetailFile):
        year = library.retail(key, start=_month(start), voltage=voltage, parts=parts, user_class=user_class, zone=zone)
        _show_retail(file, year, lang)
    else:
        only = None if key == name else library.fact(name, date.today()).name
        _show_parameters(file, only, lang)


@app.command()
def check(
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="The day from which age is counted.")
    ] = None,
    lang: LangOption = Lang.en,
) -> int:
    """Verify the whole library; exit 7 if a fault is found, 0 otherwise.

    Example: appraisal tariff check
    """
    from appraisal.library import Library
    from appraisal.library.check import check_library

    verdict = check_library(Library.open(), _day(today) if today else date.today())
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
    if verdict.faults:
        raise typer.Exit(7)
    return 0


def _month(text: str | None) -> date:
    return date.today().replace(day=1) if text is None else _day(f"{text}-01" if len(text) == 7 else text)


def _day(text: str) -> date:
    from appraisal.errors import Fault, InputError, said

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = said(
            "{text!r} is not a date; write 2026-08 or 2026-08-01", "{text!r} 不是日期；应写作 2026-08 或 2026-08-01", text=text
        )  # fmt: skip
        raise InputError([Fault(where="tariff", message=message)]) from error


def _show_parameters(file: ParameterFile, only: str | None, lang: Lang) -> None:
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
                    _trust(entry.source.confidence, lang),
                    entry.source.key,
                    entry.note,
                )
                for day, entry in file.entries[key].items()
            ]
        )
    _sources(
        [(source.key, source.confidence, source.cite, str(source.checked)) for source in file.sources.values()], lang
    )
    _notes(file.notes, lang)


def _show_retail(file: RetailFile, year: RetailYear, lang: Lang) -> None:
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
                _trust(year.confidence, lang),
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
    _sources(_cited(year.facts), lang)
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


def _cited(facts: Iterable[Fact]) -> list[tuple[str, str, str, str]]:
    found = {(fact.source.key, fact.source.confidence): fact.source for fact in facts}
    return [(source.key, source.confidence, source.cite, str(source.checked)) for source in found.values()]


def _sources(rows: Iterable[tuple[str, str, str, str]], lang: Lang) -> None:
    print("\n" + ("来源：" if lang == "zh" else "sources:"))
    print_columns([(f"  {key}", _trust(confidence, lang), checked, cite) for key, confidence, cite, checked in rows])


def _notes(notes: Sequence[Title], lang: Lang) -> None:
    if notes:
        print("\n" + ("说明：" if lang == "zh" else "notes:"))
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


def _trust(confidence: str, lang: Lang) -> str:
    return word(CONFIDENCE, confidence, lang)
