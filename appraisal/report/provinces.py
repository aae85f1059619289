"""One project in every area of the library, in one language: sentences, the table, the chart, and the areas left out with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.errors import Fault
from appraisal.report.charts.areas import area_name
from appraisal.report.charts.provinces import provinces_drawn, provinces_table
from appraisal.report.studies import Findings
from appraisal.study.provinces import Provinces
from appraisal.study.words import say

_WORDS = {
    "head": ("{case}：{metric} 达到 {target:g} 所需的容量支持，{count} 个地区", "{case}: capacity support at which {metric} is {target:g}, in {count} areas"),
    "free": ("{count} 个地区无需支持；所需支持最少与最多的地区：{first} {low:.2f}、{last} {high:.2f} 元/kW·年", "{count} areas need none; the least and the most: {first} {low:.2f}, {last} {high:.2f} yuan/kW/year"),
    "paid": ("现行容量电价高于所需的：{over} 个；低于所需的：{under} 个", "The capacity price of today pays more than is needed in {over} and less in {under}"),
    "duration": ("满功率时长 {hours:.2f} 小时（按放电深度和效率）；容量电价取 {start:%Y-%m} 有效者", "Full-power duration {hours:.2f} h, by depth of discharge and efficiency; capacity prices in force in {start:%Y-%m}"),
    "own": ("电站的电能价格为算例所给，各地只改变充电费用；峰谷价差仅供参照", "The plant's energy prices are the case's own: an area moves its fees only, and its spread stands for reference"),
    "purchase": ("用户的购电价格为算例所给，各地相同", "The host's purchase price is the case's own, the same in every area"),
    "side": ("用户侧与电源侧储能不属 114 号文容量电价的补偿对象，故不列现行所得", "Notice 114 pays grid-side storage only, so that nothing is shown as paid to this plant"),
    "left": ("已取出原有容量电价收入：{labels}", "The case's own capacity price is taken out: {labels}"),
    "gone": ("未列入 {area}：{why}", "Left out {area}: {why}"), "stop": ("；", "; "),
}  # fmt: skip


def of_provinces(found: Provinces, lang: str, title: str) -> Findings:
    """The comparison across the library, the least support first."""
    return Findings(
        provenance=found.provenance, sentences=tuple(_sentences(found, lang, title)), tables={"provinces": provinces_table(found, lang)},
        pictures={"provinces": lambda: provinces_drawn(found, lang)}, remarks=tuple(_remarks(found, lang)),
    )  # fmt: skip


def _sentences(found: Provinces, lang: str, title: str) -> Iterator[str]:
    yield say(_WORDS["head"], lang).format(
        case=title, metric=found.label.text(lang), target=found.target, count=len(found.found)
    )
    known = [one for one in found.found if one.needed == one.needed]
    if known:
        yield say(_WORDS["free"], lang).format(
            count=sum(one.needed == 0.0 for one in known), first=area_name(known[0].spread, lang), low=known[0].needed,
            last=area_name(known[-1].spread, lang), high=known[-1].needed,
        )  # fmt: skip
    judged = [one.balance for one in found.found if one.balance == one.balance]
    if judged:
        yield say(_WORDS["paid"], lang).format(
            over=sum(one >= 0.0 for one in judged), under=sum(one < 0.0 for one in judged)
        )


def _remarks(found: Provinces, lang: str) -> Iterator[str]:
    yield say(_WORDS["duration"], lang).format(hours=found.duration_hours, start=found.start)
    if found.own_prices:
        yield say(_WORDS["own"], lang)
    if found.own_purchase:
        yield say(_WORDS["purchase"], lang)
    if not any(one.eligible for one in found.found):
        yield say(_WORDS["side"], lang)
    if found.left_out:
        yield say(_WORDS["left"], lang).format(labels=", ".join(found.left_out))
    for one in found.gone:
        why = say(_WORDS["stop"], lang).join(dict.fromkeys(_told(fault, lang) for fault in one.faults))
        yield say(_WORDS["gone"], lang).format(area=area_name(one, lang), why=why)


def _told(fault: Fault, lang: str) -> str:
    """A fault with the place in the case or the library that it is of, without the file."""
    return Fault(path=fault.path, message=fault.message).text(lang)
