"""A dated change of a case: what a policy, a contract or a price does to it from a month or an operating year on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from appraisal.errors import Message
from appraisal.field import Section, changes, choice, count, flag, group, text
from appraisal.text import CONFIDENCES


class Event(Section):
    """What changes from a month or an operating year on; all that it does not name stays as it was."""

    help_zh = "自某月或某运营年起的更改；未列出的内容保持不变。"

    zh: str = text("事件中文名称", "Chinese title of the event", default="")
    en: str = text("事件英文名称", "English title of the event", default="")
    from_month: str = text(
        "起始年月",
        "First month",
        default="",
        help="Year and month, 2030-01. State this or the operating year. A year of operation in which it falls is counted by months: those before, and those from then on.",
        help_zh="年月，如 2030-01；与起始运营年二者填一。事件所在的运营年按月数分前后两段计算。",
    )
    operation_year: int | None = count(
        "years", "自运营年", "From the operating year", ge=1, le=60, default=None,
        help="1 is the first year of operation, of every phase its own.",
        help_zh="首个运营年为 1；分期投产时按各期自身运营年计。"
    )  # fmt: skip
    enabled: bool = flag("事件生效", "Takes place", default=True)
    set: Mapping[str, Any] = changes(
        "设定",
        "Set",
        help="Dotted path → value. A whole entry begins a stream: revenue.later: {stream: capacity, …}; revenue.capacity.enabled: false ends one.",
        help_zh="路径 → 值。给出整项条款即新增一项收入；把某项的“启用”设为否即终止该项。",
    )
    scale: Mapping[str, Any] = changes(
        "按倍数缩放",
        "Scale",
        help="Path of a number → factor on what held before.",
        help_zh="数值的路径 → 对此前值的倍数。",
    )
    add: Mapping[str, Any] = changes(
        "加减",
        "Add",
        help="Path of a number → what is added to what held before.",
        help_zh="数值的路径 → 对此前值的增减。",
    )
    remove: tuple[str, ...] = group(
        "删除",
        "Remove",
        default=(),
        help="Paths whose value goes: a stream ends, a field falls back to its default.",
        help_zh="不再保留的路径：收入项终止，字段回到默认值。",
    )
    source: str = text(
        "事件依据", "Source of the event", default="", help="Where the change is announced.", help_zh="更改的出处。"
    )
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "事件可信度",
        "Confidence in the event",
        options=CONFIDENCES,
        default=None,
        help="An estimate is named with every result: what has not been decided is a what-if.",
        help_zh="估计值会随结果注明：尚未决定的政策属于假设。",
    )

    def title(self, name: str) -> Message:
        """What the event is called; its name where no title is stated."""
        return Message(self.en or self.zh or name, self.zh or self.en or name)

    def touched(self) -> Iterator[str]:
        """Every path that the event names."""
        yield from (*self.remove, *self.set, *self.scale, *self.add)
