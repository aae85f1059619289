"""The facts behind a case as a table: value, date, document, how far it can be trusted, and how old the check is."""

from __future__ import annotations

from datetime import date

import pandas as pd

from appraisal.app.choices import fact_title
from appraisal.app.grounds import address_of, fact_value, in_original
from appraisal.app.state import lang, t
from appraisal.case import Case
from appraisal.library import Fact
from appraisal.library.check import STALE_AFTER
from appraisal.report.leaves import distinct
from appraisal.text import CONFIDENCE, STATUS, word


def facts_of(case: Case) -> tuple[Fact, ...]:
    """Every fact behind a case once; the least trusted first."""
    trust = list(CONFIDENCE)
    return tuple(sorted(distinct(list(case.facts)), key=lambda fact: (-trust.index(fact.source.confidence), fact.name)))


def stale(found: tuple[Fact, ...], today: date) -> tuple[Fact, ...]:
    """The facts whose source was not checked for a year."""
    return tuple(fact for fact in found if today - fact.source.checked > STALE_AFTER)


def facts_table(found: tuple[Fact, ...], today: date) -> pd.DataFrame:
    """One row a fact."""
    old = {id(fact) for fact in stale(found, today)}
    return pd.DataFrame({
        t("事实", "Fact"): [fact_title(fact.name, lang()) for fact in found],
        t("取值", "Value"): [fact_value(fact) for fact in found],
        t("可信度", "Confidence"): [word(CONFIDENCE, fact.source.confidence, lang()) for fact in found],
        t("效力", "Status"): [word(STATUS, fact.source.status or "", lang()) for fact in found],
        t("文件", "Document"): [in_original(fact.source.cited(lang()), lang()) for fact in found],
        t("网页", "Web page"): [address_of(fact) for fact in found],
        t("自何时起", "Holds from"): [fact.holds_from.isoformat() for fact in found],
        t("最近核对", "Checked"): [fact.source.checked.isoformat() + (t("（超过一年）", " (over a year ago)") if id(fact) in old else "") for fact in found],
    })  # fmt: skip
