"""What people write for the words of a tariff file, and what a cell's text is worth as date, month, number or list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from math import isfinite
from unicodedata import category, normalize

from appraisal.errors import ValueFault, said, suggest
from appraisal.intake.grid import Serial, Value
from appraisal.library.reader import CONSTANTS, DECIMAL
from appraisal.library.retail_types import COMPONENTS, MONTHS
from appraisal.library.types import LETTERS
from appraisal.text import COMPONENTS as COMPONENT_WORDS
from appraisal.text import CONFIDENCES, PARTS

MOST_TEXT = 2_000
_EPOCH = date(1899, 12, 30)
_MONTH = re.compile(r"(20\d\d)[-/.年]?(\d{1,2})月?(?:[-/.]0?1日?)?\Z")
_DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")
_TAG = re.compile(r"<[A-Za-z/!?]")
_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,59}\Z")
_SPLIT = re.compile(r"[,，、;；]")


def plain(text: str) -> str:
    """A word as it is compared: full-width signs as narrow ones, no spaces, small letters.

    Examples
    --------
    >>> plain(" 1-10（20）千伏 ")
    '1-10(20)千伏'
    """
    return "".join(normalize("NFKC", text).lower().split())


_CHOICES: Mapping[str, tuple[str, ...]] = {
    **{key: (*names, names[0].removesuffix("制")) for key, names in PARTS.items()},
    **CONFIDENCES,
    **{key: COMPONENT_WORDS[key] for key in COMPONENTS},
    "all": ("全部", "所有用户"),
    "user": ("本行用户",),
    "funds": ("基金附加", "政府性基金及附加", "基金"),
    "loss_rate": ("线损率", "综合线损率"),
    "ratios": ("比价",), "floats": ("浮动范围",), "demand_charge": ("需量电价",), "one_part_prices": ("单一制电价",),
    "two_part_prices": ("两部制电价",), "earlier_prices": ("以前电价",), "holidays": ("节假日",), "sharp_months": ("尖峰月份",),
}  # fmt: skip


def shown(key: str, lang: str) -> str:
    """A word of the file as the template's lists show it."""
    return _CHOICES[key][0] if lang == "zh" and key in _CHOICES else key


def choice(text: str, known: tuple[str, ...]) -> str:
    """The file's word for what a person wrote.

    Examples
    --------
    >>> choice("两部制", ("one", "two"))
    'two'
    """
    word = plain(text)
    for key in known:
        if word in {plain(name) for name in (key, *_CHOICES.get(key, ()))}:
            return key
    raise ValueFault(said("{text!r} is not known; {hint}", "{text!r} 不是可选的值；{hint}", text=text, hint=suggest(word, known)))  # fmt: skip


def listed(text: str) -> tuple[str, ...]:
    """The words of a list, whatever comma stands between them."""
    return tuple(part.strip() for part in _SPLIT.split(text) if part.strip())


_BANDS = {letter: letter for letter in LETTERS} | {"尖": "s", "峰": "p", "平": "f", "谷": "v", "深": "d"}


def letters(text: str) -> str:
    """Periods as one letter each; Chinese signs 尖峰平谷深, one each, stand for them.

    Examples
    --------
    >>> letters("谷谷 尖F")
    'vvsf'
    """
    found = [_BANDS.get(sign) for sign in plain(text)]
    odd = sorted({sign for sign, letter in zip(plain(text), found, strict=True) if letter is None})
    if odd:
        raise ValueFault(said(
            "{odd} is no period; write s p f v d or 尖 峰 平 谷 深, one sign each",
            "{odd} 不是时段；应写 s p f v d 或 尖 峰 平 谷 深，每个时段一个字", odd=" ".join(odd)
        ))  # fmt: skip
    return "".join(letter for letter in found if letter is not None)


def band(text: str) -> str:
    """One period: a letter, a sign or its full name."""
    names = {plain(name): letter for letter, pair in LETTERS.items() for name in (letter, *pair)}
    return names.get(plain(text)) or letters(text)


def number(value: Value) -> float:
    """A finite number; a text is one only if it is written plainly."""
    if isinstance(value, (bool, Serial)) or value is None:
        raise ValueFault(said("stands where a number is expected", "应为数字"))
    if isinstance(value, str):
        if not DECIMAL.match(value):
            raise ValueFault(said(
                "{value!r} is no plain number; write 0.4178, without unit, comma or percent",
                "{value!r} 不是规范的数字；应写作 0.4178，不带单位、千分号或百分号", value=value
            ))  # fmt: skip
        value = float(value)
    if not isinstance(value, float) or not isfinite(value):
        raise ValueFault(said("is not a finite number", "不是有限的数"))
    return value


def decimals(value: Value) -> int:
    """How many decimals a figure is printed to; a workbook does not keep zeros at the end.

    Examples
    --------
    >>> decimals("0.7200"), decimals(0.72), decimals(48.0)
    (4, 2, 0)
    """
    text = value if isinstance(value, str) else f"{value:.10f}".rstrip("0")
    return len(text.partition(".")[2])


def day(value: Value) -> date:
    """A day, as a date of the workbook or in writing."""
    if isinstance(value, Serial) and value >= 1:
        return _EPOCH + timedelta(days=int(value))
    found = _DAY.match(plain(value)) if isinstance(value, str) else None
    return _made(value, found, lambda match: date(int(match[1]), int(match[2]), int(match[3])), "2026-09-01")


def month(value: Value) -> date:
    """The first day of a month.

    Examples
    --------
    >>> month("2026年9月"), month("202609") == month("2026/9/1") == month(202609.0)
    (datetime.date(2026, 9, 1), True)
    """
    if isinstance(value, Serial) and value >= 1:
        found = _EPOCH + timedelta(days=int(value))
        if found.day == 1:
            return found
        raise ValueFault(said("{found} is no first of a month", "{found} 不是某月的第一天", found=found))
    text = f"{value:.0f}" if isinstance(value, float) and not isinstance(value, Serial) else value
    matched = _MONTH.match(plain(text)) if isinstance(text, str) else None
    return _made(value, matched, lambda match: date(int(match[1]), int(match[2]), 1), "2026-09")


def _made(value: Value, found: re.Match[str] | None, make: object, wanted: str) -> date:
    try:
        if found is not None and callable(make):
            made = make(found)
            if isinstance(made, date):
                return made
    except ValueError:
        pass  # The thirteenth month or the thirty-first of June: told below like any other text.
    raise ValueFault(said("{value!r} is not a date; write {wanted}", "{value!r} 不是日期；应写作 {wanted}", value=value, wanted=wanted))  # fmt: skip


def months(value: Value) -> tuple[int, ...]:
    """Months of the year: ``1,7,8``, ``jan,jul`` or ``7月、8月``; ``all`` is every month.

    Examples
    --------
    >>> months("1月、7-8月"), months("jan,dec"), months("all") == tuple(range(1, 13))
    ((1, 7, 8), (1, 12), True)
    """
    text = plain(f"{value:.0f}" if isinstance(value, float) else str(value))
    if text in ("all", "全部", "全年"):
        return tuple(range(1, 13))
    found: list[int] = []
    for part in listed(text):
        first, _, last = part.replace("月", "").partition("-")
        ends = [MONTHS.index(end) + 1 if end in MONTHS else int(end) if end.isdecimal() else 0 for end in (first, last or first)]  # fmt: skip
        if not 1 <= ends[0] <= ends[1] <= 12:
            raise ValueFault(said("{part!r} is no month; write 1,7,8 or all", "{part!r} 不是月份；应写作 1,7,8 或 全年", part=part))  # fmt: skip
        found += range(ends[0], ends[1] + 1)
    return tuple(sorted(set(found)))


def code(value: Value) -> str:
    """A key of the file: small letters, digits and _, and so never a path."""
    text = f"{value:.0f}" if isinstance(value, float) else str(value)
    # A word that the format takes for a number or for nothing would not stay a word.
    if not _CODE.match(text) or DECIMAL.match(text) or text in CONSTANTS:
        raise ValueFault(said(
            "{text!r} is no key; write small letters a–z, digits and _, at most 60, no bare number",
            "{text!r} 不能作代码；应由小写字母 a–z、数字和 _ 组成，至多 60 个，不能只是一个数", text=text
        ))  # fmt: skip
    return text


def prose(value: Value) -> str:
    """Text for people: one line, no markup, of bounded length."""
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    if len(text) > MOST_TEXT:
        raise ValueFault(said("{count} signs, at most {most}", "有 {count} 个字符；至多 {most} 个", count=len(text), most=MOST_TEXT))  # fmt: skip
    if _TAG.search(text) or any(category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in text):
        raise ValueFault(said("holds markup or control signs; write plain text", "含有标记语言或控制字符；应为纯文本"))
    return text
