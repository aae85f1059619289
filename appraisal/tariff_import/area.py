"""A new area: every sheet of the template as the text of one tariff file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from appraisal.errors import Fault, InputError, said
from appraisal.library.retail_types import MONTHS, PARTS
from appraisal.tariff_import.filled import Filled, Record, filled_rows
from appraisal.tariff_import.lines import Bare, Line, flow, number, scalar
from appraisal.tariff_import.names import Names
from appraisal.tariff_import.plan import Planned, Stated
from appraisal.tariff_import.sheets import AREA, HALF_HOURS, SHEETS
from appraisal.tariff_import.words import plain

_NEEDED = ("classes", "voltages", "periods", "transmission", "funds")
_HEAD = "# Prices in yuan/kWh incl. VAT, demand in yuan/kW/month, capacity in yuan/kVA/month. Imported from a filled template."


def area_lines(
    filled: Filled, names: Names, planned: Sequence[Planned], sources: Mapping[str, Stated]
) -> tuple[Line, ...]:
    """The whole file of a new area.

    Raises
    ------
    InputError
        With every answer and sheet that is missing, and every cell that contradicts another.
    """
    writing = _Area(filled, names)
    lines = writing.lines(planned, sources)
    if writing.faults:
        raise InputError(writing.faults)
    return lines


@dataclass(frozen=True)
class _Map:
    """The periods of one user for some months."""

    scope: Mapping[str, tuple[str, ...]]
    months: tuple[int, ...]
    letters: str
    record: Record


class _Area:
    def __init__(self, filled: Filled, names: Names) -> None:
        self.filled, self.names = filled, names
        self.faults: list[Fault] = []

    def lines(self, planned: Sequence[Planned], sources: Mapping[str, Stated]) -> tuple[Line, ...]:
        """Every block in the order of the shipped files."""
        form = self.form()
        if form is None:
            return ()
        made = [Line(_HEAD), *self.head(form), *self.users(form), *self.rule(form), *self.transmission(), *self.funds()]
        made.append(Line("months:" if planned else "months: {}", form))
        for month, rows in groupby(sorted(planned, key=lambda row: row.month), key=lambda row: row.month):
            held = list(rows)
            made += [Line(f"  {month:%Y-%m}:", held[0].record), *(row.line("  ") for row in held)]
        made.append(Line("sources:", form))
        return (*made, *(line for stated in sources.values() for line in stated.lines("  ")))

    def form(self) -> Record | None:
        """The answers about the area, or None with what is missing told."""
        titles = {sheet.key: sheet.title for sheet in SHEETS}
        form = self.filled.area
        for key in _NEEDED:
            if not filled_rows(self.filled, key):
                self.faults.append(Fault(where=self.filled.where, path=key, message=said(
                    "a new area needs a row in the sheet {title}", "新增地区须填写“{title}”表", title=titles[key]
                )))  # fmt: skip
        if form is None:
            self.faults.append(Fault(where=self.filled.where, path="area", message=said(
                "a new area needs the sheet {title}", "新增地区须填写“{title}”表", title=AREA.title
            )))  # fmt: skip
            return None
        lacking = [column for column in AREA.columns if column.required and column.key not in form.values]
        self.faults += [form.fault(said("{title} is empty", "{title}未填", title=column.title), column.key) for column in lacking]  # fmt: skip
        return None if self.faults else form

    def head(self, form: Record) -> Iterator[Line]:
        yield Line(f"title: {flow({'zh': form.get('title_zh'), 'en': form.get('title_en')})}", form)
        yield Line(f"clock: {scalar(form.get('clock'))}", form)
        told = filled_rows(self.filled, "notes")
        for key, rows in (("notes", [r for r in told if not r.get("what")]), ("absent", [r for r in told if r.get("what")])):  # fmt: skip
            if rows:
                yield Line(f"{key}:", rows[0])
            for row in rows:
                what = Bare(row.get("what")) if row.get("what") else None
                yield Line(f"- {flow({'what': what, 'zh': row.get('zh'), 'en': row.get('en')})}", row)

    def users(self, form: Record) -> Iterator[Line]:
        yield Line("classes:", filled_rows(self.filled, "classes")[0])
        for row in filled_rows(self.filled, "classes"):
            held = f"[{', '.join(row.get('parts') or PARTS)}]"
            yield Line(
                f"  {row.get('key')}: {flow({'zh': row.get('zh'), 'en': row.get('en'), 'parts': Bare(held)})}", row
            )
        yield Line(f"default_class: {{one: {form.get('default_one')}, two: {form.get('default_two')}}}", form)
        zones = filled_rows(self.filled, "zones")
        if zones:
            yield Line("zones:", zones[0])
        for key in dict.fromkeys(row.get("key") for row in zones):
            rows = [row for row in zones if row.get("key") == key]
            adds = {str(row.get("from")): self.dated(row, row.get("adds")) for row in rows if row.get("adds") is not None}  # fmt: skip
            yield Line(f"  {key}: {flow({'zh': rows[0].get('zh'), 'en': rows[0].get('en'), 'adds': adds or None})}", rows[0])  # fmt: skip
        yield Line("voltages:", filled_rows(self.filled, "voltages")[0])
        for row in filled_rows(self.filled, "voltages"):
            also = Bare(f"[{', '.join(map(scalar, row.get('also')))}]") if row.get("also") else None
            yield Line(f"  {row.get('key')}: {flow({'zh': row.get('zh'), 'en': row.get('en'), 'also': also})}", row)

    def dated(self, row: Record, value: float) -> Bare:
        """A value with its source and note."""
        if row.get("source") is None or row.get("from") is None:
            self.faults.append(
                row.fault(said("a value needs a date and a source", "数值必须有执行日期和来源"), "source")
            )
        return Bare(flow({"value": value, "source": Bare(row.get("source") or ""), "note": row.get("note")}))

    def rule(self, form: Record) -> Iterator[Line]:
        yield Line("rules:", form)
        yield Line(f"  {form.get('rule_from')}:", form)
        floats = ", ".join(form.get("floats"))
        texts = {"document": scalar(form.get("document")), "source": form.get("rule_source"), "floats": f"[{floats}]"}
        texts |= {"note": scalar(form.get("rule_note"))} if form.get("rule_note") else {}
        texts |= {"rounding": number(form.get("rounding"))} if form.get("rounding") is not None else {}
        yield from (Line(f"    {key}: {text}", form) for key, text in texts.items())
        ratios = filled_rows(self.filled, "ratios")
        yield Line("    ratios:" if ratios else "    ratios: []", ratios[0] if ratios else form)
        for row in ratios:
            held = {key: row.get(key) for key in ("s", "p", "f", "v", "d")}
            source = Bare(row.get("source")) if row.get("source") else None
            items = {**self.scope(row), "months": _months(row.get("months")), **held, "source": source}
            yield Line(f"    - {flow(items)}", row)
        yield from self.periods()
        yield from self.overlays()

    def scope(self, row: Record) -> dict[str, tuple[str, ...]]:
        try:
            return self.names.scope(row)
        except InputError as error:
            self.faults += error.faults
            return {}

    def periods(self) -> Iterator[Line]:
        """Maps of all users, then of those that have their own."""
        maps = [_Map(self.scope(row), row.get("months") or (), self.letters(row), row) for row in filled_rows(self.filled, "periods")]  # fmt: skip
        groups = {repr(sorted(held.scope.items())): held.scope for held in maps}
        scopes = sorted(groups.values(), key=bool)
        for place, scope in enumerate(scopes):
            mine = [held for held in maps if held.scope == scope]
            indent = "    " if not scope else "      "
            if scope and not any(map(bool, scopes[:place])):
                yield Line("    periods_of:", mine[0].record)
            if scope:
                items = [f"{key}: {scalar(words)}" for key, words in scope.items()]
                yield Line(f"    - {items[0]}", mine[0].record)
                yield from (Line(f"      {item}", mine[0].record) for item in items[1:])
            yield Line(f"{indent}periods:", mine[0].record)
            yield from self.rows_of(mine, f"{indent}  ")

    def rows_of(self, maps: Sequence[_Map], indent: str) -> Iterator[Line]:
        """One line for the months that have the same day."""
        seen: set[int] = set()
        for held in maps:
            twice = seen & set(held.months)
            if twice:
                self.faults.append(held.record.fault(said(
                    "month {months} has a map in an earlier row", "{months} 月在前面的行中已有时段", months=", ".join(map(str, sorted(twice)))
                ), "months"))  # fmt: skip
            seen |= set(held.months)
        for letters in dict.fromkeys(held.letters for held in maps):
            same = [held for held in maps if held.letters == letters]
            months = sorted({month for held in same for month in held.months})
            yield Line(f"{indent}{','.join(MONTHS[month - 1] for month in months)}: {_drawn(letters)}", same[0].record)

    def letters(self, row: Record) -> str:
        """The day as one text, from the text or from its half hours."""
        halves = [row.get(hour) for hour in HALF_HOURS]
        text = row.get("letters")
        absent = [hour for hour, letter in zip(HALF_HOURS, halves, strict=True) if letter is None]
        if text and len(absent) < len(halves):
            self.faults.append(
                row.fault(said("state the text or the half hours, not both", "时段文字与半小时只能填一种"), "letters")
            )
        if not text and absent:
            self.faults.append(row.fault(said(
                "no period for {count} half hours, the first at {hour}", "有 {count} 个半小时未填时段，第一个是 {hour}", count=len(absent), hour=absent[0]
            ), absent[0]))  # fmt: skip
            return ""
        if text:
            return str(text)
        day = "".join(halves)
        return day[::2] if day[::2] == day[1::2] else day

    def overlays(self) -> Iterator[Line]:
        rows = filled_rows(self.filled, "overlays")
        for key, mine in (("overlays", [r for r in rows if not r.get("trigger")]), ("conditional", [r for r in rows if r.get("trigger")])):  # fmt: skip
            if mine:
                yield Line(f"    {key}:", mine[0])
            yield from (Line(f"    - {flow(self.overlay(row))}", row) for row in mine)

    def overlay(self, row: Record) -> dict[str, object]:
        least = row.get("least_days")
        return {
            "zh": row.get("zh"), "en": row.get("en"), "trigger": row.get("trigger"),
            "holidays": self.holidays(row) or None, "least_days": None if least is None else Bare(f"{least:g}"),
            "weekends": _months(row.get("weekends"), "all"), "dates": _joined(row.get("dates")), "hours": _joined(row.get("hours")),
            "letter": Bare(row.get("letter") or ""), **self.scope(row),
        }  # fmt: skip

    def holidays(self, row: Record) -> dict[str, object]:
        """Name and number of days, as ``spring_festival:all``."""
        found: dict[str, object] = {}
        for part in row.get("holidays") or ():
            name, _, days = plain(part).partition(":")
            days = "all" if days == "全部" else days
            if not name.replace("_", "").isalnum() or not name.isascii() or (days != "all" and not days.isdecimal()):
                self.faults.append(row.fault(said(
                    "{part!r} names no holiday and its days; write spring_festival:all or labour_day:3",
                    "{part!r} 没有写明节日和天数；应写作 spring_festival:all 或 labour_day:3", part=part
                ), "holidays"))  # fmt: skip
                continue
            found[name] = Bare(days)
        return found

    def transmission(self) -> Iterator[Line]:
        rows = sorted(filled_rows(self.filled, "transmission"), key=lambda row: row.get("from"))
        yield Line("transmission:", rows[0])
        for begins, held in groupby(rows, key=lambda row: row.get("from")):
            yield from self.table(begins, list(held))

    def table(self, begins: date, rows: Sequence[Record]) -> Iterator[Line]:
        """The prices of one date, of one source."""
        odd = [row for row in rows if row.get("source") != rows[0].get("source")]
        self.faults += [row.fault(said("one table has one source; the rows of {day} name several", "同一日期（{day}）的价目表只能有一个来源", day=begins), "source") for row in odd]  # fmt: skip
        yield Line(f"  {begins}:", rows[0])
        yield Line(f"    source: {rows[0].get('source')}", rows[0])
        notes = list(dict.fromkeys(row.get("note") for row in rows if row.get("note")))
        if notes:
            yield Line(f"    note: {scalar('; '.join(notes))}", rows[0])
        for parts in ("one", "two"):
            mine = [row for row in rows if row.get("parts") == parts]
            if mine:
                yield Line(f"    {parts}:", mine[0])
            for row in mine:
                yield self.price(row, parts)

    def price(self, row: Record, parts: str) -> Line:
        voltages = self.scope(row).get("voltages", ())
        prices = {key: row.get(key) for key in ("energy", "demand", "capacity") if row.get(key) is not None}
        if len(voltages) > 1:
            self.faults.append(row.fault(said("one voltage a row", "每行只写一个电压等级"), "voltages"))
        if not prices or (parts == "one" and set(prices) != {"energy"}):
            self.faults.append(row.fault(said(
                "a one-part price is an energy price alone; a two-part row has at least one price",
                "单一制只有电度价格；两部制至少填一个价格"
            ), "energy"))  # fmt: skip
        key = voltages[0] if voltages else "?"
        return Line(f"      {key}: {number(prices.get('energy', 0.0)) if parts == 'one' else flow(prices)}", row)

    def funds(self) -> Iterator[Line]:
        for key in ("funds", "loss_rate"):
            rows = sorted((row for row in filled_rows(self.filled, "funds") if row.get("what") == key), key=lambda row: row.get("from"))  # fmt: skip
            yield Line(f"{key}:" if rows else f"{key}: {{}}", rows[0] if rows else None)
            yield from (Line(f"  {row.get('from')}: {self.dated(row, row.get('value')).text}", row) for row in rows)


def _months(months: tuple[int, ...] | None, every: str | None = None) -> object:
    """Months as the file writes them; all of them are left out or have a word."""
    if months is None:
        return None
    if len(months) == len(MONTHS):
        return None if every is None else Bare(every)
    return ",".join(MONTHS[month - 1] for month in months)


def _joined(parts: tuple[str, ...] | None) -> str | None:
    return ",".join(plain(part) for part in parts) if parts else None


def _drawn(letters: str) -> str:
    """A day in six groups of four hours; one of another length as it is, for the reader to refuse."""
    size = len(letters) // 6 or 1
    return " ".join(letters[place : place + size] for place in range(0, len(letters), size))
