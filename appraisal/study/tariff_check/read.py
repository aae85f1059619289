"""Reads the file of a proposed tariff: every fault at once, the tariff as it is and as it is proposed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.field import show
from appraisal.library import Library
from appraisal.library.proposed import proposed
from appraisal.library.reader import Faults, Node
from appraisal.library.reading import User, find_user
from appraisal.library.retail_file import read_retail
from appraisal.library.retail_rules import Rules
from appraisal.library.retail_types import RetailFile
from appraisal.scenario import find_case
from appraisal.scenario.faults import Findings, read_sections
from appraisal.study.tariff_check.form import Asked, Customer, LoadDay, Ratio

SECTIONS = ("check", "proposal", "load", "customers")
_PROPOSAL = ("file", "ratio", "periods")
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])\Z")
_STEPS = (1, 24, 48, 96)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A file of a proposed tariff, read.

    Attributes
    ----------
    name : what messages call the file; *files* are its bytes and those of the files beside it that it names, by name.
    start : first of the twelve months.
    who : the user asked about, in the tariff's words.
    present, proposal : the tariff as it is and as it is proposed.
    load : month → its typical day, kW.
    customers : by name.
    """

    name: str
    files: Mapping[str, bytes]
    asked: Asked
    start: date
    who: User
    present: RetailFile
    proposal: RetailFile
    load: Mapping[int, LoadDay]
    customers: Mapping[str, Customer]

    def title(self, lang: str) -> str:
        """The title in the language, else the file's name."""
        return str(getattr(self.asked, lang)) or Path(self.name).stem

    def case_path(self, customer: Customer) -> Path:
        """The file of a customer's case: beside this one, else a ready case."""
        beside = Path(self.name).parent / customer.case
        return beside if beside.is_file() else find_case(customer.case)


def read_check(path: str | Path, library: Library) -> Request:
    """Read the file of a proposed tariff.

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    """
    file = Path(path)
    node, raw, findings = read_sections(file, SECTIONS)
    asked: Asked | None = findings.section(Asked, raw.get("check") or {}, "check")
    load = _load(raw.get("load") or [], findings)
    customers = _customers(raw.get("customers") or {}, findings)
    start = None if asked is None else _start(asked, findings)
    _system(asked, findings)
    stated = _stated(raw.get("proposal") or {}, node, findings)
    if asked is None or start is None:
        findings.stop()
    assert asked is not None
    assert start is not None
    present, who = _user(library, asked, findings)
    changed = (
        None
        if present is None or who is None or stated is None
        else _proposal(stated, file, present, start, who, findings)
    )
    findings.stop()
    # What is None has told a fault.
    assert present is not None
    assert who is not None
    assert changed is not None
    return Request(
        name=str(file), files=_files(file, stated, customers), asked=asked, start=start, who=who, present=present, proposal=changed, load=load, customers=customers
    )  # fmt: skip


def _files(file: Path, stated: _Stated | None, customers: Mapping[str, Customer]) -> dict[str, bytes]:
    """Everything of the person's own that the check rests on; a ready case is the library's."""
    named = [stated.file if stated else "", *(one.case for one in customers.values())]
    beside = {name: file.parent / name for name in named if name and (file.parent / name).is_file()}
    return {file.name: file.read_bytes(), **{name: path.read_bytes() for name, path in beside.items()}}


def _start(asked: Asked, findings: Findings) -> date | None:
    if _MONTH.match(asked.priced_from):
        return date.fromisoformat(f"{asked.priced_from}-01")
    findings.add("check.priced_from", said("{stated!r} is not a month; expected YYYY-MM, 2026-03", "{stated!r} 不是年月；应写作 YYYY-MM（如 2026-03）", stated=asked.priced_from))  # fmt: skip
    return None


def _system(asked: Asked | None, findings: Findings) -> None:
    """Which ratio is asked for has to be known, from one source."""
    if asked is None:
        return
    if asked.load_difference is None and asked.system_load_kw is None:
        findings.add("check.load_difference", said(
            "required, or {other} in its place: it decides whether the wide ratio is asked for", "必填，或以 {other} 代替：据此判断是否适用较大价差的要求", other="system_load_kw"
        ))  # fmt: skip
    _fits("check.system_load_kw", asked.system_load_kw, findings, flat=False)


def _fits(path: str, profile: Any, findings: Findings, *, flat: bool = True) -> None:
    known = _STEPS if flat else _STEPS[1:]
    if profile is not None and profile.shape[1] not in known:
        findings.add(path, said("a day of {count} values; expected {known}", "一天有 {count} 个值；应为 {known} 个", count=profile.shape[1], known=", ".join(map(str, known))))  # fmt: skip
    elif profile is not None and not profile.any():
        findings.add(path, said("is nothing but zeros", "全部为零"))


def _load(raw: Any, findings: Findings) -> dict[int, LoadDay]:
    """Month → its typical day; every month exactly once."""
    if not isinstance(raw, (list, tuple)) or not raw:
        findings.add(
            "load",
            said(
                "expected a list of typical days, each with {keys}", "应为典型日的列表，各含 {keys}", keys="months, kw"
            ),
        )
        return {}
    found: dict[int, LoadDay] = {}
    for place, stated in enumerate(raw):
        day: LoadDay | None = findings.section(LoadDay, stated, f"load.{place}")
        if day is None:
            continue
        _fits(f"load.{place}.kw", day.kw, findings)
        for month in range(1, 13) if day.months == "all" else day.months:
            if month in found or not 1 <= month <= 12:
                findings.add(f"load.{place}.months", said("month {month} stands twice, or is none", "{month} 月重复，或不是月份", month=month))  # fmt: skip
            found[month] = day
    missing = [month for month in range(1, 13) if month not in found]
    if missing and len(findings.faults) == 0:
        findings.add(
            "load",
            said(
                "no typical day for months {months}",
                "以下月份没有典型日：{months}",
                months=", ".join(map(str, missing)),
            ),
        )
    return found


def _customers(raw: Any, findings: Findings) -> dict[str, Customer]:
    if not isinstance(raw, Mapping):
        findings.add("customers", said("expected a mapping: name → customer, found {value}", "应为映射：名称 → 用户，这里是 {value}", value=show(raw)))  # fmt: skip
        return {}
    found: dict[str, Customer] = {}
    for name, stated in raw.items():
        one: Customer | None = findings.section(Customer, stated, f"customers.{name}")
        if one is None:
            continue
        if (one.case != "") == (one.load_kw is not None):
            findings.add(
                f"customers.{name}",
                said("state either {one} or {other}", "请在 {one} 与 {other} 中填写其一", one="case", other="load_kw"),
            )
        _fits(f"customers.{name}.load_kw", one.load_kw, findings)
        _beside(f"customers.{name}.case", one.case, findings)
        found[str(name)] = one
    return found


def _beside(path: str, name: str, findings: Findings) -> None:
    """A file is named without a folder, so that what a check rests on can be handed over together."""
    if name != Path(name).name or "\\" in name:
        findings.add(
            path,
            said(
                "{name!r} names a folder; put the file beside this one",
                "{name!r} 含有文件夹；请把文件放在本文件旁",
                name=name,
            ),
        )


@dataclass(frozen=True)
class _Stated:
    file: str
    ratio: Mapping[str, float]
    periods: Mapping[int, str]


def _stated(raw: Any, root: Node, findings: Findings) -> _Stated | None:
    """What the proposal says, or None with its faults."""
    if not isinstance(raw, Mapping) or not raw:
        findings.add(
            "proposal", said("state what is proposed: {keys}", "请填写拟议内容：{keys}", keys=", ".join(_PROPOSAL))
        )
        return None
    for key in (key for key in raw if key not in _PROPOSAL):
        findings.add(
            f"proposal.{key}", said("unknown key; {known}", "没有这个字段；{known}", known=suggest(str(key), _PROPOSAL))
        )
    if "file" in raw and len(raw) > 1:
        findings.add("proposal.file", said("a whole tariff stands alone; remove {keys}", "整张电价表须单独给出；请删去 {keys}", keys="ratio, periods"))  # fmt: skip
    ratio: Ratio | None = findings.section(Ratio, raw.get("ratio") or {}, "proposal.ratio")
    periods = _periods(root, findings) if "periods" in raw else {}
    if ratio is None:
        return None
    _beside("proposal.file", str(raw.get("file", "")), findings)
    multiples = {name: float(value[0, 0]) for name, _, value in ratio.numbers() if value is not None}
    return _Stated(str(raw.get("file", "")), multiples, periods)


def _periods(root: Node, findings: Findings) -> dict[int, str]:
    """The maps of hours, read as a tariff file's are."""
    faults = Faults(findings.where)
    held = faults.mapping(faults.mapping(root, "")["proposal"], "proposal")["periods"]
    found = Rules(faults, "proposal").periods(held, "proposal.periods")
    findings.faults += faults.found
    return found


def _user(library: Library, asked: Asked, findings: Findings) -> tuple[RetailFile | None, User | None]:
    try:
        file = library.retail_file(asked.tariff)
    except InputError as error:
        findings.take(error, "check.tariff")
        return None, None
    try:
        who = find_user(
            file, voltage=asked.voltage, parts=asked.parts, user_class=asked.user_class or None, zone=asked.zone or None
        )
    except InputError as error:
        findings.take(error, "check")
        return file, None
    return file, who


def _proposal(
    stated: _Stated, beside: Path, present: RetailFile, start: date, who: User, findings: Findings
) -> RetailFile | None:  # fmt: skip
    try:
        if stated.file:
            path = beside.parent / stated.file
            return read_retail(path, present.name, str(path))
        return proposed(present, start, who, stated.ratio, stated.periods)
    except InputError as error:
        findings.faults += (
            [_placed(fault, findings) for fault in error.faults] if not stated.file else list(error.faults)
        )
        return None


def _placed(fault: Fault, findings: Findings) -> Fault:
    message: Message = fault.message
    return Fault(where=findings.where, line=findings.line(fault.path), path=fault.path, message=message)
