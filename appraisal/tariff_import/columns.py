"""What a sheet of the template declares: its columns with unit, help and choices, and its example rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from appraisal.errors import Message, said

Kind: TypeAlias = Literal["text", "code", "number", "date", "month", "months", "choice", "words", "letters", "band"]
VERSION = 1
PRICE, DEMAND, CAPACITY = "yuan/kWh", "yuan/kW/month", "yuan/kVA/month"
UNITS: Mapping[str, tuple[str, frozenset[str]]] = {
    PRICE: ("元/千瓦时", frozenset({"元/千瓦时", "元/kwh", "yuan/kwh", "元/度"})),
    DEMAND: ("元/千瓦·月", frozenset({"元/千瓦·月", "元/千瓦.月", "元/kw·月", "元/kw.月", "元/(kw·月)", "yuan/kw/month"})),
    CAPACITY: (
        "元/千伏安·月", frozenset({"元/千伏安·月", "元/千伏安.月", "元/kva·月", "元/kva.月", "元/(kva·月)", "yuan/kva/month"})
    ),
}  # fmt: skip
"""Unit in the words of the library -> its Chinese name and every spelling that a heading may have, in small letters."""
MOST: Mapping[str, float] = {PRICE: 5.0, DEMAND: 500.0, CAPACITY: 500.0}
"""A larger figure is one in another unit: yuan/MWh and fen/kWh are a hundred times and more above any price of power."""


def unit_words(unit: str) -> Message:
    """A unit in both languages.

    Examples
    --------
    >>> unit_words("yuan/kWh").zh
    '元/千瓦时'
    """
    return Message(unit, UNITS[unit][0])


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a sheet, or one line of the form.

    ``key`` is the word of the library's file, read as a heading as well; ``also`` are other headings people use.
    ``choices`` are the file's words; what a person may write for them is in ``words``. ``within`` are the least and the
    greatest number that can be meant: what lies outside is written in another unit, in percent above all.
    """

    key: str
    title: Message
    help: Message
    kind: Kind = "text"
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    width: float = 14.0
    within: tuple[float, float] | None = None

    def heading(self, lang: str) -> str:
        """The heading as the template writes it: title, and the unit in brackets."""
        title = self.title.text(lang)
        unit = unit_words(self.unit).text(lang) if self.unit else ""
        return f"{title} ({unit})" if unit else title


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its columns, the examples shown in it (never imported), and cells that are filled in beforehand."""

    key: str
    title: Message
    help: Message
    columns: tuple[Column, ...]
    examples: tuple[Mapping[str, str | float], ...] = ()
    filled: tuple[Mapping[str, str | float], ...] = ()
    rows: int = 30

    @property
    def marker(self) -> str:
        """What stands in its first cell, by which it is known whatever it is called."""
        return f"tariff: {VERSION} {self.key}"

    def column(self, key: str) -> Column:
        """A column by its key."""
        return next(column for column in self.columns if column.key == key)


MARK = Column(
    key="example",
    title=said("example", "示例"),
    help=said("A row with a word here is an example and is not imported.", "本列有字的行是示例，不会导入。"),
    width=9.0,
)
EXAMPLE = said("example", "示例")
PARTS_COLUMN = Column(
    key="parts",
    title=said("parts", "电价制式"),
    help=said("one (energy only) or two (with a basic charge); empty: both", "单一制或两部制；空白表示两者"),
    kind="words",
    choices=("one", "two"),
    also=("用电制式", "计费方式"),
)
SCOPE = (
    PARTS_COLUMN,
    Column(
        key="voltages",
        title=said("voltage", "电压等级"),
        help=said("key, title or other name of the voltage; several with commas; empty: all", "电压等级的代码、名称或别名；多个以逗号分隔；空白表示全部"),
        kind="words",
        also=("voltages", "电压"),
    ),
    Column(
        key="classes",
        title=said("class", "用户类别"),
        help=said("key or title of the class of users; several with commas; empty: all", "用户类别的代码或名称；多个以逗号分隔；空白表示全部"),
        kind="words",
        also=("classes", "用电分类", "用电类别"),
    ),
)  # fmt: skip
SOURCE = Column(
    key="source",
    title=said("source", "来源代码"),
    help=said("key of a row of the sheet of sources", "来源表中的代码"),
    kind="code",
    required=True,
    also=("来源",),
)
NOTE = Column(
    key="note",
    title=said("note", "备注"),
    help=said("what a reader should know of this value", "读者应当知道的说明"),
    width=30.0,
)
NAMES = (
    Column(
        key="zh",
        title=said("name in Chinese", "中文名称"),
        help=said("shown on Chinese pages", "中文界面显示"),
        required=True,
        width=24.0,
    ),
    Column(
        key="en",
        title=said("name in English", "英文名称"),
        help=said("shown on English pages", "英文界面显示"),
        required=True,
        width=24.0,
    ),
)
BANDS = {
    "s": said("sharp", "尖"),
    "p": said("peak", "峰"),
    "f": said("flat", "平"),
    "v": said("valley", "谷"),
    "d": said("deep valley", "深谷"),
}
