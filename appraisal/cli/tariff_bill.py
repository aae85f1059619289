"""``appraisal tariff bill``: a load billed by a Chinese retail tariff or by one of the OpenEI Utility Rate Database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from appraisal.cli.common import Lang, LangOption, print_columns
from appraisal.cli.tariff_show import month_of
from appraisal.errors import Fault, InputError, Message, said
from appraisal.text import CONFIDENCE, word

if TYPE_CHECKING:
    import pandas as pd

    from appraisal.billing import BasicMode
    from appraisal.library import Library, RetailYear
    from appraisal.library.types import MonthSource
    from appraisal.units import Table

Mode = Literal["capacity", "contract", "actual"]
Times = Literal["found", "start", "end"]
_DAYS = 365
_OPTIONS = said(
    "what the file does not say can be stated: {options}",
    "文件未注明的可用选项给出：{options}",
    options="--load-unit, --load-times",
)


def bill(
    tariff: Annotated[str, typer.Argument(metavar="TARIFF", help="retail.zhejiang, or a URDB tariff (.json).")],
    load: Annotated[
        Path,
        typer.Option("--load", help="Load in kW: a year or a typical day, 15 minutes to an hour; CSV, .xlsx, .xls."),
    ],
    voltage: Annotated[str, typer.Option("--voltage", help="Connection voltage.")] = "10kV",
    parts: Annotated[str, typer.Option("--parts", help="one (energy only) or two (with a basic charge).")] = "two",
    user_class: Annotated[str | None, typer.Option("--class", help="User class; default the tariff's own.")] = None,
    zone: Annotated[Optional[str], typer.Option("--zone", help="Price zone, where there are zones.")] = None,  # noqa: UP045
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="MONTH", help="First of twelve months, 2026-08; default this month."),
    ] = None,
    kva: Annotated[
        float | None,
        typer.Option("--kva", min=0.0, help="Capacity of the transformers, kVA; a two-part tariff needs it."),
    ] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="What the basic charge is paid on.")] = "actual",
    contract: Annotated[
        float | None, typer.Option("--contract", min=0.0, help="Contract demand, kW, for mode contract.")
    ] = None,
    year: Annotated[int, typer.Option("--year", help="URDB: the calendar year whose weekdays count.")] = 2018,
    load_unit: Annotated[
        str, typer.Option("--load-unit", help="Unit of the load where no heading says it: kW, MW, kWh a step.")
    ] = "",
    load_times: Annotated[
        Times, typer.Option("--load-times", help="Whether a time of the load names the start or the end of its step.")
    ] = "found",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File for the months (CSV).")] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Bill a load month by month: energy by period, basic or demand charge, total.

    Example: appraisal tariff bill retail.zhejiang --load load.csv --kva 5000 --from 2026-08
    """
    from appraisal.report.files import save_new
    from appraisal.report.frames import csv_bytes

    kw, step_minutes, notes = _load_of(load, load_unit, load_times)
    if tariff.endswith(".json"):
        frame, told = _urdb(Path(tariff), kw, year, lang)
    else:
        frame, told = _chinese(
            tariff, kw, step_minutes, month_of(start), lang,
            {"voltage": voltage, "parts": parts, "user_class": user_class, "zone": zone}, (mode, kva, contract),
        )  # fmt: skip
    for note in dict.fromkeys((*notes, *told)):
        print(f"! {note.text(lang)}", file=sys.stderr)
    print_columns(
        [tuple(frame.columns), *(tuple(_cell(value) for value in row) for row in frame.itertuples(index=False))],
        right=range(1, len(frame.columns)),
    )
    if output is not None:
        save_new({output: csv_bytes(frame)})


def _load_of(file: Path, unit: str, times: Times) -> tuple[Table, int, tuple[Message, ...]]:
    """A year's load as one row, kW; a typical day stands for all 365, the 29th of February is left out."""
    import numpy as np

    from appraisal.intake import MAX_BYTES, Stated, read_load
    from appraisal.library.reader import read_bytes

    stated = Stated(unit=unit, labels="" if times == "found" else times)
    content = read_bytes(file, str(file), MAX_BYTES)
    try:
        read = read_load(content, file.name, stated)
    except InputError as error:
        raise InputError([*error.faults, Fault(where=str(file), message=_OPTIONS)]) from error
    per_day = len(read.values) // read.days
    if read.days == 1:
        note = said("the typical day stands for all 365 days", "典型日代表全年 365 天")
        return np.tile(read.values, _DAYS)[None], read.step_minutes, (*read.notes, note)
    values = read.values
    if read.days == _DAYS + 1 and read.first is not None and (read.first.month, read.first.day) == (1, 1):
        values = np.delete(values, np.s_[59 * per_day : 60 * per_day])
    if len(values) != _DAYS * per_day:
        raise InputError([Fault(where=str(file), message=said(
            "{days} days; a bill needs one typical day or a year from 1 January", "有 {days} 天；电费需要一个典型日或自 1 月 1 日起的全年数据", days=read.days
        ))])  # fmt: skip
    return values[None], read.step_minutes, read.notes


def _urdb(file: Path, kw: Table, year: int, lang: Lang) -> tuple[pd.DataFrame, Sequence[Message]]:
    """Months of a URDB bill, US dollars."""
    import pandas as pd

    from appraisal.billing import LINES, bill_file, read_urdb, understood

    made = bill_file(file, kw, year=year)
    columns = {LINES[name].text(lang): made.line(name)[0] for name in LINES}
    names = [f"{month:02d}" for month in range(1, 13)]
    return _months(pd.DataFrame(columns), names, lang), (*understood(read_urdb(file)), *made.remarks)


def _chinese(
    name: str, kw: Table, step_minutes: int, start: date, lang: Lang, who: dict[str, str | None],
    basic: tuple[BasicMode, float | None, float | None],
) -> tuple[pd.DataFrame, Sequence[Message]]:  # fmt: skip
    """Months of a Chinese bill, yuan including VAT, and what a reader should know of it."""
    import numpy as np
    import pandas as pd

    from appraisal.billing import Supply, basic_rules, chinese_bill, yearly_use
    from appraisal.library import LETTERS, Library

    library = Library.open()
    year = library.retail(
        name, start=start, voltage=str(who["voltage"]), parts=str(who["parts"]), user_class=who["user_class"], zone=who["zone"]
    )  # fmt: skip
    mode, kva, contract = basic
    two = year.parts == "two"
    if two and kva is None:
        raise InputError([Fault(where="--kva", message=said(
            "a two-part tariff needs the capacity of the transformers", "两部制电价需要变压器容量"
        ))])  # fmt: skip
    supply = Supply(mode=mode, kva=np.array([[kva]]), contract_kw=None if contract is None else np.array([[contract]]))
    months = [month.month for month in year.months]
    made = chinese_bill(
        year, yearly_use(year, kw), supply=supply if two else None, rules=basic_rules(library, months) if two else None
    )  # fmt: skip
    place = 0 if lang == "zh" else 1
    columns = {"kWh": made.use.total_kwh[0]}
    columns |= {
        LETTERS[letter][place]: made.energy_by_period[letter][0]
        for letter in LETTERS
        if letter in made.energy_by_period
    }
    peak = _pick(lang, "最大需量（kW）", "peak (kW)")
    columns |= {peak: made.use.peak_kw[0]} if two else {}
    columns |= {_pick(lang, "基本电费", "basic charge"): made.basic[0]} if two else {}
    columns[_pick(lang, "合计（元）", "total (yuan)")] = made.total[0]
    frame = _months(pd.DataFrame(columns), [f"{month:%Y-%m}" for month in months], lang, peak=peak)
    ordered = sorted(year.months, key=lambda month: month.month)
    frame[_pick(lang, "电价取自", "price of")] = [
        *(_taken(month, lang) for month in ordered),
        word(CONFIDENCE, year.confidence, lang),
    ]
    return frame, _remarks(library, year, step_minutes, two=two)


def _remarks(library: Library, year: RetailYear, step_minutes: int, *, two: bool) -> list[Message]:
    told = [said("{name}, {voltage}, {user_class}: {en}", "{name}，{voltage}，{user_class}：{zh}", name=year.name, voltage=year.voltage,
                 user_class=year.user_class, en=CONFIDENCE[year.confidence][1], zh=CONFIDENCE[year.confidence][0])]  # fmt: skip
    guessed = sorted({fact.name for fact in year.facts if fact.source.confidence == "estimate"})
    if guessed:
        told.append(said("rests on estimates: {names}", "依据中有估计值：{names}", names=", ".join(guessed)))
    estimated = [month for month in year.months if month.estimate]
    if estimated:
        told.append(said(
            "{count} of 12 months stand at an estimate: no published table of theirs was read", "12 个月中有 {count} 个月没有公布的电价表，按估计计算", count=len(estimated)
        ))  # fmt: skip
    interval = float(library.fact("rules.basic_charge.demand_interval_minutes", year.start).value)
    if two and step_minutes > interval:
        told.append(said(
            "demand is billed on means of {interval:g} minutes; steps of {step} minutes understate it",
            "需量按 {interval:g} 分钟平均值计费；{step} 分钟的数据会低估需量", interval=interval, step=step_minutes,
        ))  # fmt: skip
    told.append(said("the power-factor adjustment (力调电费) is not in the bill", "电费未含力调电费"))
    return told


def _taken(month: MonthSource, lang: Lang) -> str:
    """The month whose price a month of the bill takes, marked where that is an estimate."""
    return f"{month.taken:%Y-%m}{_pick(lang, '（估计）', ' (estimate)') if month.estimate else ''}"


def _months(frame: pd.DataFrame, names: Sequence[str], lang: Lang, peak: str = "") -> pd.DataFrame:
    """The rows by month, the first of them first, and under them the year: sums, and the highest of *peak*."""
    import pandas as pd

    whole = {name: frame[name].max() if name == peak else frame[name].sum() for name in frame.columns}
    frame.insert(0, _pick(lang, "月份", "month"), names)
    last = pd.DataFrame([{frame.columns[0]: _pick(lang, "全年", "year"), **whole}])
    return pd.concat([frame.sort_values(frame.columns[0]), last], ignore_index=True)


def _pick(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _cell(value: object) -> str:
    return value if isinstance(value, str) else f"{value:,.2f}"
