"""A declared formula in the words of a page: labels for names, words for functions, signs as people print them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from appraisal.report.trace import Operand

_FUNCTIONS = {
    "last": ("上年", "last year's "), "lag": ("往年", "earlier "), "next": ("下年", "next year's "), "min": ("取小", "the smaller of "), "max": ("取大", "the larger of "),
    "total": ("合计", "total of "), "mean": ("平均", "mean of "), "least": ("最小值", "least of "), "most": ("最大值", "greatest of "), "irr": ("内部收益率", "IRR of "),
    "npv": ("净现值", "NPV of "), "npv_real": ("实际净现值", "real NPV of "), "mirr": ("修正内部收益率", "modified IRR of "), "payback": ("回收期", "payback of "),
    "first_payback": ("首次回收期", "first payback of "), "discounted_payback": ("动态回收期", "discounted payback of "), "payoff": ("还清时间", "time to repay "),
    "break_even": ("盈亏平衡点", "break-even of "),
}  # fmt: skip
_SIGNS = (("**", "^"), ("*", "×"), ("/", "÷"), ("<=", "≤"), (">=", "≥"), (" - ", " − "))
_TOKEN = re.compile(r"each\([\w.]+\)|[A-Za-z_][\w.]*(?=\()|[A-Za-z_][\w.]*|[^A-Za-z_]+")
# A sum over nothing adds nothing: its term is left out, or is 0 where it stands alone.
_EMPTY = "\0"
_EMPTY_TERM = re.compile(rf" [+−] {_EMPTY}(?= |$|\))|(?<![^( ]){_EMPTY} \+ ")
_WORDS = {
    "where": ("，限", ", only "),
    "if": (" 若 ", " if "),
    "else": ("，否则 ", ", else "),
    "and": (" 且 ", " and "),
    "or": (" 或 ", " or "),
    "not": ("非 ", "not "),
}


def in_words(formula: str, operands: Iterable[Operand], lang: str) -> str:
    """A formula as a person reads it.

    Parameters
    ----------
    formula : str
        As declared and evaluated.
    operands : iterable of Operand
        What it names. A sum over things of which the case has none names nothing and is 0.
    lang : "zh" or "en"

    Examples
    --------
    >>> net = Operand(name="net", key="net", zh="净现金流量", en="Net cash", unit="yuan", shift=0, year=3, values=(1.0,))
    >>> in_words("irr(net) - last(net) * 2", [net], "zh"), in_words("irr(net)", [net], "en")
    ('内部收益率(净现金流量) − 上年(净现金流量) × 2', 'IRR of ("Net cash")')
    """
    place = 0 if lang == "zh" else 1
    labels = {one.name: one.zh if lang == "zh" else f'"{one.en}"' for one in operands}
    text = ""
    for token in _TOKEN.findall(formula):
        if token.startswith("each("):
            text += ("各项" if lang == "zh" else "each ") + labels[token] if token in labels else _EMPTY
        elif token in _WORDS:
            text = text.rstrip(" ") + _WORDS[token][place]
        elif token in labels:
            text += labels[token]
        elif token in _FUNCTIONS:
            text += _FUNCTIONS[token][place]
        else:
            for sign, shown in _SIGNS:
                token = token.replace(sign, shown)
            text += token if text[-1:] != " " else token.lstrip(" ")
    return _EMPTY_TERM.sub("", re.sub(r" {2,}", " ", text)).replace(_EMPTY, "0").strip()
