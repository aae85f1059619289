"""A study file → the study: every fault of the file and of its cases at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from appraisal.case.schema import Title
from appraisal.case.uncertainty import Uncertainty
from appraisal.errors import InputError, said, suggest, verbatim
from appraisal.field import Section, show
from appraisal.library import Library
from appraisal.library.reader import read_file
from appraisal.scenario import find_case, load_case
from appraisal.scenario.faults import Findings, lines_of
from appraisal.scenario.uncertainty import read_uncertainty
from appraisal.study.draw import correlated, design, drawn
from appraisal.study.mechanism.file import Consumers, Criterion, Declared, Entry, Hurdle, Worth
from appraisal.study.mechanism.level import level_faults
from appraisal.study.mechanism.study import Mechanism, Plants, Study, at_hurdle, changes_of
from appraisal.units import Table

MAX_BYTES = 200_000
_REQUIRED = ("as_of", "discount_rate", "hurdle", "portfolio", "mechanisms")
_KNOWN = ("schema", "title", "reading", *_REQUIRED, "seed", "consumers", "uncertain", "scoring")
# So many entries have points of their own under one seed.
_MOST_ENTRIES = 1000


def read_study(path: Path, library: Library | None = None) -> Study:
    """Read a study file.

    Parameters
    ----------
    path : Path
        YAML; cases that it names are ready ones or files beside it.
    library : Library, optional
        Where facts are looked up.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        With every fault of the file and of its cases, each with line and path.
    """
    node = read_file(path, limit=MAX_BYTES)
    findings = Findings(where=str(path), lines=dict(lines_of(node)))
    raw = _known(node.plain(), findings)
    library = library or Library.open()
    as_of, seed, rate = (
        _day(raw["as_of"], findings),
        _seed(raw.get("seed", 0), findings),
        _rate(raw["discount_rate"], findings),
    )
    hurdle = findings.section(Hurdle, raw["hurdle"], "hurdle")
    consumers = None if raw.get("consumers") is None else findings.section(Consumers, raw["consumers"], "consumers")
    entries = _named(Entry, raw["portfolio"], "portfolio", findings)
    declared = {} if raw.get("mechanisms") is None else _named(Declared, raw["mechanisms"], "mechanisms", findings)
    criteria = {} if raw.get("scoring") is None else _named(Criterion, raw["scoring"], "scoring", findings)
    uncertain = _distributions(raw.get("uncertain") or {}, "uncertain", findings)
    title, reading = (
        findings.section(Title, raw.get("title") or {}, "title"),
        _reading(raw.get("reading") or {}, findings),
    )
    findings.stop()
    plants = [
        _plants(name, one, hurdle, (seed, place), path, library, findings)
        for place, (name, one) in enumerate(entries.items())
    ]
    known = {name: _mechanism(name, one, as_of, library, findings) for name, one in declared.items()}
    _refuse_names(declared, entries, findings)
    _refuse_criteria(criteria, entries, findings)
    findings.stop()
    return Study(
        file=path, raw=raw, title=title, reading=reading, as_of=as_of, seed=seed, discount_rate=rate, hurdle=hurdle, consumers=consumers,
        plants=tuple(one for one in plants if one is not None), mechanisms=known, uncertain=uncertain, criteria=criteria, library=library,
    )  # fmt: skip


def _known(raw: Any, findings: Findings) -> Mapping[str, Any]:
    """The parts of a study, none of them unknown, all that are needed there; a scored comparison needs no mechanism."""
    if not isinstance(raw, Mapping):
        findings.add(
            "",
            said(
                "is no study: expected a mapping with {known}",
                "不是研究文件：应为含 {known} 的映射",
                known=", ".join(_KNOWN),
            ),
        )
        findings.stop()
    for key in raw:
        if key not in _KNOWN:
            findings.add(str(key), said("unknown key; {known}", "没有这个键；{known}", known=suggest(str(key), _KNOWN)))
    for key in _REQUIRED:
        if raw.get(key) is None and not (key == "mechanisms" and raw.get("scoring")):
            findings.add(key, said("required", "必填"))
    findings.stop()
    made: Mapping[str, Any] = raw
    return made


def _rate(stated: Any, findings: Findings) -> float:
    """The rate of present values; 0 beside its fault."""
    own = Findings(where=findings.where, lines={})
    found = own.section(Worth, {"discount_rate": stated}, "")
    for fault in own.faults:
        findings.add("discount_rate", fault.message)
    return 0.0 if found is None else float(found.discount_rate[0, 0])


def _day(stated: Any, findings: Findings) -> date:
    try:
        return date.fromisoformat(str(stated))
    except ValueError:
        findings.add(
            "as_of",
            said(
                "{value} is no day; expected YYYY-MM-DD, 2026-08-01",
                "{value} 不是日期；应写作 YYYY-MM-DD，如 2026-08-01",
                value=show(stated),
            ),
        )
        return date.min


def _reading(stated: Any, findings: Findings) -> dict[str, tuple[str, ...]]:
    """Sentences of a reading in both languages, one for one; none where the study states none."""
    found = (
        {lang: stated.get(lang, ()) for lang in ("zh", "en")}
        if isinstance(stated, Mapping) and set(stated) <= {"zh", "en"}
        else {}
    )
    lists = [
        value
        for value in found.values()
        if isinstance(value, (tuple, list)) and all(isinstance(one, str) for one in value)
    ]
    if len(lists) < len(("zh", "en")) or len({len(one) for one in lists}) > 1:
        findings.add(
            "reading",
            said(
                "expected {{zh: [...], en: [...]}}, as many sentences in one as in the other",
                "应为 {{zh: […], en: […]}}，两种语言句数相同",
            ),
        )
        return {}
    return {lang: tuple(value) for lang, value in found.items()}


def _seed(stated: Any, findings: Findings) -> int:
    if isinstance(stated, bool) or not isinstance(stated, int) or stated < 0:
        findings.add(
            "seed",
            said("{value}; expected a whole number of 0 or more", "{value}；应为不小于 0 的整数", value=show(stated)),
        )
        return 0
    return stated


def _named(kind: type[Section], raw: Any, place: str, findings: Findings) -> dict[str, Any]:
    """The entries of a group, each read by itself."""
    if not isinstance(raw, Mapping) or not raw:
        findings.add(place, said("expected a mapping: name → entry", "应为映射：名称 → 条目"))
        return {}
    found = {str(name): findings.section(kind, one, f"{place}.{name}") for name, one in raw.items()}
    return {name: one for name, one in found.items() if one is not None}


def _distributions(raw: Any, place: str, findings: Findings) -> Uncertainty:
    """Distributions by path, their faults told at *place*."""
    own = Findings(where=findings.where, lines={})
    found = read_uncertainty(raw, own)
    for fault in own.faults:
        findings.add(f"{place}{fault.path.removeprefix('uncertainty')}", fault.message)
    if found.branches:
        findings.add(
            f"{place}.scenarios",
            said("a tree is no draw; give each branch as an entry", "情景树不能抽样；请把各分支列为条目"),
        )
    return found


def _plants(
    name: str, stated: Entry, hurdle: Hurdle, seed: tuple[int, int], study: Path, library: Library, findings: Findings
) -> Plants | None:  # fmt: skip
    place = f"portfolio.{name}"
    draws = _distributions(stated.draws, f"{place}.draws", findings)
    if draws and stated.projects == 1:
        findings.add(
            f"{place}.projects", said("1 project with draws; draw 2 or more", "有抽样但项目数为 1；请不少于 2")
        )
        return None
    beside = study.parent / stated.case
    try:
        file = beside if beside.is_file() else find_case(stated.case)
        case = at_hurdle(load_case(file, changes_of(stated), library), hurdle)
        columns = _drawn(draws, stated.projects, seed)
        varied = case.vary(columns)
        if case.finance.discount_basis == "real":
            findings.add(
                f"{place}.set",
                said(
                    "the case discounts in real terms and the hurdle is nominal; set finance.discount_basis: nominal",
                    "算例按实际值折现，而门槛收益率为名义值；请设定 finance.discount_basis: nominal",
                ),
            )
    except InputError as error:
        findings.take(error, place)
        return None
    power = np.broadcast_to(varied.storage.power_mw[:, 0], (stated.projects,))
    share = stated.weight[0, 0] if stated.potential_mw is None else stated.potential_mw[0, 0] / power
    return Plants(
        name=name, file=file, stated=stated, case=case, drawn=columns, stands_for=np.array(np.broadcast_to(share / stated.projects, (stated.projects,)))
    )  # fmt: skip


def _drawn(draws: Uncertainty, projects: int, seed: tuple[int, int]) -> dict[str, Table]:
    """Values by path, ``(N, 1)``; every entry of the portfolio has points of its own."""
    if not draws:
        return {}
    points = correlated(
        design(projects, len(draws), "latin_hypercube", _MOST_ENTRIES * seed[0] + seed[1]), draws.rank_matrix()
    )
    values = drawn(draws.distributions, points)
    return {path: values[:, [column]] for column, path in enumerate(draws.distributions)}


def _mechanism(name: str, stated: Declared, as_of: date, library: Library, findings: Findings) -> Mechanism:
    place = f"mechanisms.{name}"
    for path, message in level_faults(stated):
        findings.add(f"{place}.{path}".rstrip("."), message)
    rule = None
    if stated.rule:
        try:
            rule = library.fact(stated.rule, as_of)
        except InputError as error:
            findings.take(error, f"{place}.rule")
    levels = {0.0, 1.0} if stated.level is None else {*stated.level.values[0].tolist(), float(stated.level.none[0, 0])}
    if rule is not None:
        if isinstance(rule.value, (int, float)) and not isinstance(rule.value, bool) and stated.level is not None:
            levels.add(float(rule.value))
        else:
            findings.add(
                f"{place}.rule",
                said(
                    "{name} is {value}; a rule whose value is a level is a number",
                    "{name} 的值为 {value}；作为水平的规则应为一个数",
                    name=verbatim(rule.name),
                    value=show(rule.value),
                ),
            )
    return Mechanism(name=name, stated=stated, levels=tuple(sorted(levels)), rule=rule)


def _refuse_names(declared: Mapping[str, Declared], entries: Mapping[str, Entry], findings: Findings) -> None:
    """Names of the portfolio and of mechanisms that are none."""
    for name, one in declared.items():
        for field, words, known in (("applies_to", one.applies_to, entries), ("excludes", one.excludes, declared)):
            for word in words:
                if word not in known:
                    findings.add(
                        f"mechanisms.{name}.{field}",
                        said(
                            "no {word!r}; {known}",
                            "没有 {word!r}；{known}",
                            word=word,
                            known=suggest(word, list(known)),
                        ),
                    )


def _refuse_criteria(criteria: Mapping[str, Criterion], entries: Mapping[str, Entry], findings: Findings) -> None:
    """Criteria without a figure or with two, values that are none, candidates without a value."""
    for name, one in criteria.items():
        place = f"scoring.{name}"
        if bool(one.metric) == bool(one.stated):
            findings.add(
                place, said("state a metric or the values of all candidates", "请填写指标或各候选的数值（二者填一）")
            )
        if (one.worst == one.best).all():
            findings.add(
                f"{place}.best", said("the same as the worst; nothing can be told apart", "与零分值相同，无法区分")
            )
        for entry, value in one.stated.items():
            if entry not in entries:
                findings.add(
                    f"{place}.stated.{entry}",
                    said("not in the portfolio; {known}", "不在组合中；{known}", known=suggest(entry, list(entries))),
                )
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                findings.add(
                    f"{place}.stated.{entry}", said("{value} is not a number", "{value} 不是数", value=show(value))
                )
        for entry in entries if one.stated else ():
            if entry not in one.stated:
                findings.add(f"{place}.stated", said("no value for {entry}", "缺少 {entry} 的数值", entry=entry))
