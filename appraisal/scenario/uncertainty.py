"""The section ``uncertainty``: distributions by dotted path, rank correlations, a tree of scenarios.

Read and checked here, drawn by the studies. ``correlations`` and ``scenarios`` are no dotted paths, so that they can stand
among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from appraisal.case.uncertainty import Branch, Correlation, Distribution, Uncertainty
from appraisal.errors import Message, joined, said, suggest
from appraisal.field import show
from appraisal.scenario.correlation import contradictions
from appraisal.scenario.faults import Findings

__all__ = [
    "DISTRIBUTIONS", "NAMES", "OF_LOGARITHM", "Branch", "Correlation", "Distribution", "Uncertainty", "described", "distribution_fault", "number_words", "read_uncertainty",
    "uncertainty_schema",
]  # fmt: skip

OF_LOGARITHM = "standard deviation of the logarithm"
# Name → what its numbers are, in order.
DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "standard deviation"),
    "lognormal": ("median", OF_LOGARITHM),
    "truncated_normal": ("mean", "standard deviation", "low", "high"),
    "truncated_lognormal": ("median", OF_LOGARITHM, "low", "high"),
}
_ZH = {
    "low": "下限", "mode": "最可能值", "high": "上限", "mean": "均值", "standard deviation": "标准差", "median": "中位数",
    OF_LOGARITHM: "对数的标准差",
}  # fmt: skip
# Name → what it is called.
NAMES: Mapping[str, Message] = {
    "uniform": said("uniform", "均匀分布"), "triangular": said("triangular", "三角分布"), "pert": said("PERT", "PERT 分布"),
    "normal": said("normal", "正态分布"), "lognormal": said("lognormal", "对数正态分布"), "truncated_normal": said("truncated normal", "截断正态分布"),
    "truncated_lognormal": said("truncated lognormal", "截断对数正态分布"), "discrete": said("discrete", "离散分布"),
}  # fmt: skip
_RESERVED = ("correlations", "scenarios")
_SECTION = said("expected a mapping: path of an input → distribution", "应为“输入路径: 分布”的映射")
_ONE = said(
    "expected one distribution, {{triangular: [600, 750, 1000]}}", "应为一个分布，如 {{triangular: [600, 750, 1000]}}"
)
_PAIR = said("expected {{between: [path, path], rank: 0.6}}", "应为 {{between: [路径, 路径], rank: 0.6}}")
_BRANCH = said("expected {{weight: 0.3, set: {{path: value}}}}", "应为 {{weight: 0.3, set: {{路径: 值}}}}")
_SUM = 1e-9


def number_words(name: str) -> tuple[Message, ...]:
    """What the numbers of a distribution are, in order; those of a truncated one describe it before it is cut.

    Examples
    --------
    >>> [str(word) for word in number_words("truncated_normal")]
    ['mean before truncation', 'standard deviation before truncation', 'low', 'high']
    """
    cut = name.startswith("truncated")
    return tuple(
        said("{word} before truncation", "截断前{word}", word=Message(word, _ZH[word]))
        if cut and word not in ("low", "high")
        else Message(word, _ZH[word])
        for word in DISTRIBUTIONS[name]
    )


def described(one: Distribution, shown: Callable[[float], str] = "{:,.10g}".format) -> tuple[Message, Message]:
    """A distribution in words: its name, and its numbers with what each is.

    *shown* writes a number of the input; the deviation of a logarithm is none and stands as it is.

    Examples
    --------
    >>> [str(part) for part in described(Distribution("uniform", (0.8, 0.95)))]
    ['uniform', 'low 0.8, high 0.95']
    >>> [str(part) for part in described(Distribution("discrete", ((0.8, 0.9), (0.3, 0.7))))]
    ['discrete', '0.8 with probability 0.3, 0.9 with probability 0.7']
    """
    if one.name == "discrete":
        parts = [
            said("{value} with probability {share:g}", "{value}（概率 {share:g}）", value=shown(value), share=share)
            for value, share in zip(*one.numbers, strict=True)
        ]
    else:
        named = zip(DISTRIBUTIONS[one.name], number_words(one.name), one.numbers, strict=True)
        parts = [
            said("{word} {number}", "{word} {number}", word=word, number=f"{number:,.10g}" if name == OF_LOGARITHM else shown(number))
            for name, word, number in named
        ]  # fmt: skip
    return NAMES[one.name], joined(parts, ", ", "，")


def read_uncertainty(raw: Any, findings: Findings) -> Uncertainty:
    """What the section states, each fault added to *findings*; paths are checked against the case afterwards."""
    if not isinstance(raw, Mapping):
        findings.add("uncertainty", _SECTION)
        return Uncertainty()
    stated = {str(path): value for path, value in raw.items() if path not in _RESERVED}
    found = {path: one for path, value in stated.items() if (one := _distribution(path, value, findings)) is not None}
    pairs = _correlations(raw.get("correlations"), list(stated), findings)
    branches = _branches(raw.get("scenarios"), list(stated), findings)
    return Uncertainty(found, tuple(pair for pair in pairs if set(pair.between) <= set(found)), branches)


def _found(value: Any, expected: Message) -> Message:
    return said("found {value}; {expected}", "所填为 {value}；{expected}", value=show(value), expected=expected)


def _distribution(path: str, stated: Any, findings: Findings) -> Distribution | None:
    place = f"uncertainty.{path}"
    if not isinstance(stated, Mapping) or len(stated) != 1:
        findings.add(place, _ONE)
        return None
    name, numbers = next(iter(stated.items()))
    message = _discrete(numbers) if name == "discrete" else _continuous(str(name), numbers)
    if message is not None:
        findings.add(place, message)
        return None
    shape = (tuple(map(float, numbers)), tuple(numbers.values())) if name == "discrete" else tuple(numbers)
    return Distribution(str(name), shape)


def distribution_fault(one: Distribution) -> Message | None:
    """What is wrong with a distribution made in Python, in the words of a file's; None where nothing is.

    Examples
    --------
    >>> distribution_fault(Distribution("uniform", (1, 2)))
    >>> distribution_fault(Distribution("uniform", (2, 1)))
    'uniform [2, 1]: expected low ≤ mode ≤ high with low below high'
    """
    if one.name != "discrete":
        return _continuous(one.name, one.numbers)
    if len(one.numbers) != 2 or len(one.numbers[0]) != len(one.numbers[1]):
        return said(
            "discrete takes its values and as many probabilities, ((0.8, 0.9), (0.3, 0.7))",
            "discrete 需要各取值及同样个数的概率，如 ((0.8, 0.9), (0.3, 0.7))",
        )
    return _discrete(dict(zip(*one.numbers, strict=True)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _continuous(name: str, numbers: Any) -> Message | None:
    if name not in DISTRIBUTIONS:
        known = suggest(name, [*DISTRIBUTIONS, "discrete"])
        return said("unknown distribution {name!r}; {known}", "没有分布 {name!r}；{known}", name=name, known=known)
    wanted = DISTRIBUTIONS[name]
    if not isinstance(numbers, tuple) or len(numbers) != len(wanted) or not all(map(_is_number, numbers)):
        names = joined(number_words(name), ", ", "、")
        return said("{name} takes {count} numbers: {names}", "{name} 需要 {count} 个数：{names}", name=name, count=len(wanted), names=names)  # fmt: skip
    ordered = [number for number, word in zip(numbers, wanted, strict=True) if word in ("low", "mode", "high")]
    stated = {"name": name, "numbers": list(numbers)}
    if ordered != sorted(ordered) or (len(ordered) > 1 and ordered[0] == ordered[-1]):
        return said("{name} {numbers}: expected low ≤ mode ≤ high with low below high", "{name} {numbers}：应为下限 ≤ 最可能值 ≤ 上限，且下限小于上限", **stated)  # fmt: skip
    spread = [number for number, word in zip(numbers, wanted, strict=True) if word.startswith("standard")]
    if any(number <= 0 for number in spread) or (wanted[0] == "median" and numbers[0] <= 0):
        return said("{name} {numbers}: the standard deviation (and a median) must be above 0", "{name} {numbers}：标准差（及中位数）须大于 0", **stated)  # fmt: skip
    if name == "truncated_lognormal" and numbers[2] < 0:
        return said("{name} {numbers}: low is below 0, where a lognormal has nothing; state 0 or more", "{name} {numbers}：下限小于 0，对数正态分布在此无取值；请填 0 或更大的数", **stated)  # fmt: skip
    return None


def _discrete(numbers: Any) -> Message | None:
    if not isinstance(numbers, Mapping) or len(numbers) < 2:
        return said(
            "discrete takes a mapping of at least two values to their probabilities, {{0.8: 0.3, 0.9: 0.7}}",
            "discrete 需要至少两个“取值: 概率”，如 {{0.8: 0.3, 0.9: 0.7}}",
        )
    if not all(_is_number(share) and share >= 0 for share in numbers.values()):
        return said("discrete: a probability is a number, 0 or more", "discrete：概率应为不小于 0 的数")
    try:
        finite = all(isfinite(float(value)) for value in numbers)
    except (TypeError, ValueError):
        finite = False
    if not finite:
        return said("discrete: a value is a finite number", "discrete：取值应为有限的数")
    total = sum(numbers.values())
    if abs(total - 1.0) <= _SUM:
        return None
    return said(
        "discrete: the probabilities add to {total:g}, expected 1",
        "discrete：概率之和为 {total:g}，应为 1",
        total=total,
    )


# --- correlations ---


def _correlations(raw: Any, drawn: list[str], findings: Findings) -> tuple[Correlation, ...]:
    if raw is None:
        return ()
    place = "uncertainty.correlations"
    if not isinstance(raw, tuple):
        findings.add(
            place, _found(raw, said("expected a list; of each pair {pair}", "应为列表，每对{pair}", pair=_PAIR))
        )
        return ()
    before = len(findings.faults)
    found: list[Correlation] = []
    for number, stated in enumerate(raw):
        if not isinstance(stated, Mapping) or set(stated) != {"between", "rank"}:
            findings.add(f"{place}.{number}", _found(stated, _PAIR))
            continue
        _pair(f"{place}.{number}", stated, drawn, found, findings)
    if len(findings.faults) == before:
        for message in contradictions(Uncertainty(dict.fromkeys(drawn, Distribution("", ())), tuple(found))):
            findings.add(place, message)
    return tuple(found)


def _pair(
    place: str, stated: Mapping[str, Any], drawn: list[str], found: list[Correlation], findings: Findings
) -> None:  # fmt: skip
    between, rank = stated["between"], stated["rank"]
    if not isinstance(between, tuple) or len(between) != 2 or between[0] == between[1]:
        findings.add(f"{place}.between", _found(between, said("expected two different paths, [path, path]", "应为两个不同的路径，[路径, 路径]")))  # fmt: skip
        return
    faults = len(findings.faults)
    for path in between:
        if path not in drawn:
            findings.add(f"{place}.between", said("{path!r} has no distribution in this section; {known}", "{path!r} 在本节没有分布；{known}", path=path, known=suggest(str(path), drawn)))  # fmt: skip
    if any(set(between) == set(other.between) for other in found):
        findings.add(f"{place}.between", said("{one} and {other} stand twice; keep one", "{one} 与 {other} 重复；请只保留一处", one=between[0], other=between[1]))  # fmt: skip
    if not _is_number(rank) or not -1 < rank < 1:
        findings.add(f"{place}.rank", said(
            "{rank} is not between −1 and 1, both excluded; inputs that always move together are one input",
            "{rank} 不在 −1 与 1 之间（不含两端）；总是同步变动的参数应合为一个", rank=show(rank),
        ))  # fmt: skip
    if len(findings.faults) == faults:
        found.append(Correlation(between=(str(between[0]), str(between[1])), rank=float(rank)))


# --- the tree of scenarios ---


def _branches(raw: Any, drawn: list[str], findings: Findings) -> tuple[Branch, ...]:
    if raw is None:
        return ()
    place = "uncertainty.scenarios"
    if not isinstance(raw, Mapping) or len(raw) < 2:
        findings.add(place, _found(raw, said("expected at least two by name; of each {branch}", "应至少有两个，以名称为键，每个{branch}", branch=_BRANCH)))  # fmt: skip
        return ()
    before = len(findings.faults)
    found = [_branch(str(name), stated, drawn, findings) for name, stated in raw.items()]
    total = sum(one.weight for one in found)
    if len(findings.faults) == before and abs(total - 1.0) > _SUM:
        findings.add(
            place, said("the weights add to {total:g}, expected 1", "权重之和为 {total:g}，应为 1", total=total)
        )
    return tuple(found)


def _branch(name: str, stated: Any, drawn: list[str], findings: Findings) -> Branch:
    place = f"uncertainty.scenarios.{name}"
    if not re.fullmatch("[a-z_][a-z0-9_]*", name):
        findings.add(place, said(
            "{name!r} is no name; a name is lower-case letters, digits and _, no digit first",
            "{name!r} 不能作名称；名称由小写字母、数字和 _ 组成，不以数字开头", name=name,
        ))  # fmt: skip
    if not isinstance(stated, Mapping):
        findings.add(place, _found(stated, _BRANCH))
        return Branch(name=name, weight=0.0)
    keys = ["weight", "set", "title"]
    for key in stated:
        if key not in keys:
            findings.add(
                f"{place}.{key}", said("unknown key; {known}", "没有此键；{known}", known=suggest(str(key), keys))
            )
    weight: Any = stated.get("weight")
    if not _is_number(weight) or not 0 < weight <= 1:
        findings.add(f"{place}.weight", said(
            "{weight} is no probability; expected a number above 0 and at most 1",
            "{weight} 不是概率；应为大于 0 且不大于 1 的数", weight=show(weight),
        ))  # fmt: skip
    changes = _changes(stated.get("set"), place, drawn, findings)
    title = _title(stated.get("title"), place, findings)
    return Branch(name=name, weight=float(weight) if _is_number(weight) else 0.0, changes=changes, **title)


def _changes(raw: Any, place: str, drawn: list[str], findings: Findings) -> dict[str, Any]:
    """What a branch sets, inputs and distributions; what is drawn in it is no constant, and it is no tree itself."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        findings.add(
            f"{place}.set", _found(raw, said("expected a mapping: dotted path → value", "应为“路径: 值”的映射"))
        )
        return {}
    for path in map(str, raw):
        if path in drawn:
            findings.add(f"{place}.set.{path}", said(
                "is drawn from a distribution, which would overwrite it; set uncertainty.{path} here instead",
                "由分布抽样，此处的值会被覆盖；请改为设置 uncertainty.{path}", path=path,
            ))  # fmt: skip
        if path == "uncertainty" or path.split(".")[:2] in [["uncertainty", word] for word in _RESERVED]:
            findings.add(f"{place}.set.{path}", said(
                "a branch has no tree and no correlations of its own; name the input that it changes",
                "情景自身没有情景树，也不另设相关；请写明所改的参数",
            ))  # fmt: skip
    return {str(path): value for path, value in raw.items()}


def _title(raw: Any, place: str, findings: Findings) -> dict[str, str]:
    if raw is None:
        return {}
    if isinstance(raw, Mapping) and set(raw) <= {"zh", "en"} and all(isinstance(text, str) for text in raw.values()):
        return {str(lang): str(text) for lang, text in raw.items()}
    findings.add(
        f"{place}.title",
        _found(raw, said("expected {{zh: 低价, en: Low prices}}", "应为 {{zh: 低价, en: Low prices}}")),
    )
    return {}


def uncertainty_schema() -> dict[str, Any]:
    """JSON schema of the section."""
    number: dict[str, Any] = {"type": "number"}
    text = {"type": "string"}
    shapes = {
        name: {"type": "array", "items": number, "minItems": len(words), "maxItems": len(words), "description": joined(number_words(name), ", ").text("en")}
        for name, words in DISTRIBUTIONS.items()
    }  # fmt: skip
    shares = {"type": "object", "minProperties": 2, "additionalProperties": {"type": "number", "minimum": 0}}
    distribution = {
        "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
        "properties": {**shapes, "discrete": {**shares, "description": "value: probability"}},
    }  # fmt: skip
    pair = {
        "type": "object", "required": ["between", "rank"], "additionalProperties": False,
        "properties": {
            "between": {"type": "array", "items": text, "minItems": 2, "maxItems": 2, "uniqueItems": True},
            "rank": {**number, "exclusiveMinimum": -1, "exclusiveMaximum": 1, "title": "秩相关系数 Spearman's rank correlation"},
        },
    }  # fmt: skip
    title = {"type": "object", "additionalProperties": False, "properties": {"zh": text, "en": text}}
    branch = {
        "type": "object", "required": ["weight"], "additionalProperties": False,
        "properties": {
            "weight": {**number, "exclusiveMinimum": 0, "maximum": 1, "title": "概率 Probability"},
            "set": {"type": "object", "title": "改动 Values by dotted path"}, "title": title,
        },
    }  # fmt: skip
    return {
        "type": "object",
        "title": "不确定性 Distributions by dotted path, correlations between them, a tree of scenarios",
        "properties": {
            "correlations": {"type": "array", "items": pair, "title": "秩相关 Rank correlations"},
            "scenarios": {"type": "object", "additionalProperties": branch, "minProperties": 2, "title": "情景树 Tree of scenarios"},
        },
        "additionalProperties": distribution,
    }  # fmt: skip
