"""What a result rests on, in words: values of the case, facts of the library, and the documents behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from appraisal.app.choices import fact_title
from appraisal.app.draft import facts
from appraisal.app.faults import shown_as_is
from appraisal.app.fields import Field, every_field, field_at
from appraisal.app.markup import link
from appraisal.app.state import draft, lang, t
from appraisal.app.widgets import text_of
from appraisal.errors import InputError
from appraisal.library import Fact
from appraisal.library.parameters import ParameterFile
from appraisal.report.charts.figures import is_percent, shown_unit
from appraisal.report.leaves import Given
from appraisal.report.trace_text import unit_zh
from appraisal.text import CONFIDENCE, ORIGINS, word

# Entries of a list that are shown; the others are counted.
_SHOWN = 6
_ADDRESS = re.compile(r"https?://[^\s，；。、（）<>\\]*[^\s，；。、（）<>\\.,;)]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_PROSE = re.compile(r"[A-Za-z]{3,}")


def amount(key: str, value: float, unit: str, language: str) -> str:
    """A number of the books as people read it: metrics and money in their own digits, shares in percent, others with six digits."""
    # The books hold rates and shares as plain numbers.
    fraction = unit == "1" and re.split(r"[._]", key)[-1] in ("rate", "share")
    as_shown = shown_unit("", unit, language, percent=fraction or is_percent(key, unit))
    if as_shown.percent or as_shown.factor != 1.0 or unit in ("year", "years"):
        return as_shown.text(value)
    text = "—" if value != value else f"{value:,.6g}".replace("-", "−")
    words = "" if unit in ("0/1", "1") else unit_zh(unit) if language == "zh" else as_shown.unit
    return f"{text} {words}".strip()


def value_text(value: Any, unit: str, field: Field | None = None) -> str:
    """A value of the case or of a fact in words; a code by the label that its field gives it."""
    if value is None:
        return t("未填", "left out")
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    if isinstance(value, (int, float)):
        return amount("", float(value), unit, lang())
    if isinstance(value, Mapping):
        return "–".join(value_text(one, unit, field) for one in value.values())
    if isinstance(value, (list, tuple)):
        shown = [value_text(one, unit, field) for one in value[:_SHOWN]]
        more = t(f" 等 {len(value)} 项", f" … ({len(value)} in all)") if len(value) > len(shown) else ""
        return t("、", ", ").join(shown) + more
    return in_original(str(value) if field is None else text_of(field, value), lang())


def given_text(given: Given) -> str:
    """A value of the case with its title, its unit and where it comes from."""
    label = given.zh if lang() == "zh" else given.en
    held = value_text(given.value, given.unit, field_at(draft().stated, given.path))
    return f"{label}{t('：', ': ')}{held}{t('（', ' (')}{word(ORIGINS, given.origin.kind, lang())}{t('）', ')')}"


def fact_text(fact: Fact, path: str = "") -> str:
    """A fact as Markdown: title, value, date, trust and document; *path* is the field that took its value."""
    field = field_at(draft().stated, path) if path else None
    trust = word(CONFIDENCE, fact.source.confidence, lang())
    since = t(f"自 {fact.holds_from:%Y-%m-%d} 起", f"from {fact.holds_from:%Y-%m-%d}")
    held = fact_value(fact) if field is None else value_text(fact.value, fact.unit, field)
    told = f"{fact_title(fact.name, lang())}{t('：', ': ')}{held}"
    return t("，", ", ").join([shown_as_is(told), shown_as_is(since), shown_as_is(trust)]) + t("；", "; ") + cited(fact)


def fact_value(fact: Fact) -> str:
    """The value of a fact in words."""
    return value_text(fact.value, fact.unit, _field_of(fact.name))


def _field_of(name: str) -> Field | None:
    """The field that a fact is the default of, or else the only kind of field that is called as the fact is."""
    file = _file(name)
    if isinstance(file, ParameterFile):
        known = file.parameters.get(name.removeprefix(f"{facts().file_of(name)}."))
        if known is not None and known.target:
            return field_at(draft().stated, known.target)
    return _called().get(name.rpartition(".")[2])


def _file(name: str) -> object:
    try:
        return facts().file(facts().file_of(name))
    except InputError:
        return None  # A what-if on a name that there is not is a fault of the draft.


@cache
def _called() -> Mapping[str, Field]:
    """Name → the field of that name whose value is one of some codes, where all of that name have the same codes."""
    found: dict[str, list[Field]] = {}
    for one in every_field():
        if one.what.options:
            found.setdefault(one.name, []).append(one)
    return {name: of[0] for name, of in found.items() if len({tuple(one.what.options) for one in of}) == 1}


# --- documents ---


def in_original(text: str, language: str) -> str:
    """Words that are quoted as they were written, marked where they are of the other language.

    Examples
    --------
    >>> in_original("typical day drawn for this example", "zh"), in_original("LFP", "zh"), in_original("浙发改价格〔2026〕112号", "zh")
    ('typical day drawn for this example（原文）', 'LFP', '浙发改价格〔2026〕112号')
    """
    words = _ADDRESS.sub("", text)
    if language == "zh" and not _CHINESE.search(words) and len(_PROSE.findall(words)) > 1:
        return f"{text}（原文）"
    return text


def cited(fact: Fact) -> str:
    """The document behind a fact as Markdown; an address that the library gives is a link, one that a case gives is text."""
    return t("出处：", "source: ") + "".join(_parts(fact))


def _parts(fact: Fact) -> Iterator[str]:
    told, done = in_original(fact.source.cited(lang()), lang()), 0
    for found in _ADDRESS.finditer(told) if fact.origin == "library" else ():
        yield shown_as_is(told[done : found.start()])
        yield link(t("网页", "web page"), found[0])
        done = found.end()
    yield shown_as_is(told[done:])


def address_of(fact: Fact) -> str | None:
    """The first address in the citation of a fact of the library."""
    found = _ADDRESS.search(fact.source.cite) if fact.origin == "library" else None
    return found[0] if found is not None else None


def once(given: Sequence[Fact]) -> list[Fact]:
    """Facts that say the same, once."""
    return list({(fact.name, fact.holds_from, str(fact.value)): fact for fact in given}.values())
