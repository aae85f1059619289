"""The words that a text field may hold because the library, or the case itself, has something of that name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appraisal.app.draft import Draft, facts
from appraisal.app.fields import STREAMS, Field, look
from appraisal.case.market import FILE_PATHS
from appraisal.errors import InputError
from appraisal.library import LETTERS
from appraisal.library.retail_types import RetailFile
from appraisal.streams import stream, stream_names
from appraisal.text import COMPONENTS, PARTS

# Folders of the library whose files are named by area.
_AREAS = ("retail", "capacity")


def choices(field: Field, draft: Draft, lang: str) -> Mapping[str, str] | None:
    """Code → title in ``zh`` or ``en``; None for a text that may be any, an empty mapping where there is nothing to choose."""
    if field.shape != "text":
        return None
    if field.path in ("market.voltage", "market.user_class", "market.zone"):
        return _of_tariff(field.name, draft, lang)
    if field.path == "market.tariff":
        return {name: _title(name, lang) for name in _files("retail")}
    if field.path in FILE_PATHS:
        return {name: name for name in draft.files}
    if field.path == "project.province":
        return areas(lang)
    if field.path == "storage.technology":
        return {name.partition(".")[2]: _title(name, lang) for name in _files("technology")}
    if field.name == "area" and field.path.startswith(STREAMS):
        return {name.partition(".")[2]: short(_title(name, lang), lang) for name in _files("ancillary")}
    if field.name == "stream" and field.path.startswith(STREAMS):
        return {name: stream(name).zh if lang == "zh" else stream(name).en for name in stream_names()}
    if field.name == "refinances":
        loans = look(draft.stated, "finance.loans")
        own = field.path.split(".")[2]
        return {str(name): str(name) for name in loans if name != own} if isinstance(loans, Mapping) else {}
    return None


def coded(field: Field, value: Any, draft: Draft) -> Any:
    """The code that a stated word stands for: a tariff knows several names of a voltage."""
    file = tariff_file(draft)
    if field.path == "market.voltage" and isinstance(value, str) and file is not None:
        return file.aliases.get(value.strip().lower(), value)
    return value


def areas(lang: str) -> dict[str, str]:
    """Areas that the library knows something of → their names."""
    found: dict[str, str] = {}
    for folder in _AREAS:
        for name in _files(folder):
            if name != "capacity.national":
                found.setdefault(name.partition(".")[2], short(_title(name, lang), lang))
    return found


def short(title: str, lang: str) -> str:
    """The area that a title of the library begins with.

    Examples
    --------
    >>> short("浙江 工商业分时电价", "zh"), short("Zhejiang, time-of-use tariff", "en")
    ('浙江', 'Zhejiang')
    """
    return title.partition(" " if lang == "zh" else ",")[0]


def tariff_file(draft: Draft) -> RetailFile | None:
    """The retail tariff that a draft names; None where it names none that there is."""
    named = look(draft.stated, "market.tariff")
    try:
        return facts().retail_file(named) if isinstance(named, str) and named else None
    except InputError:
        return None  # A fault of the draft.


def _files(folder: str) -> list[str]:
    return [name for name in facts().files() if name.startswith(f"{folder}.")]


def _title(name: str, lang: str) -> str:
    return facts().file(name).title.text(lang)


def _of_tariff(name: str, draft: Draft, lang: str) -> dict[str, str]:
    file = tariff_file(draft)
    if file is None:
        return {}
    if name == "voltage":
        return {code: title.text(lang) for code, title in file.voltages.items()}
    if name == "zone":
        return {code: zone.title.text(lang) for code, zone in file.zones.items()}
    parts = look(draft.stated, "market.parts") or "two"
    return {code: one.title.text(lang) for code, one in file.classes.items() if parts in one.parts}


def fact_title(name: str, lang: str) -> str:
    """What a fact of the library is called, with the title of its file in front; its name where it has no words."""
    key = facts().file_of(name)
    try:
        file = facts().file(key)
    except InputError:
        return name  # A what-if on a name that there is not is a fault of the draft.
    rest = name.removeprefix(f"{key}.")
    if not isinstance(file, RetailFile):
        known = file.parameters.get(rest)
        return f"{file.title.text(lang)} › {known.title.text(lang)}" if known is not None else name
    return f"{file.title.text(lang)} › {_retail_words(file, rest, lang)}"


_NAME = re.compile(r"(?<![\w./])[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+", re.ASCII)
_CODE = re.compile(r"(?<![\w.])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w.])", re.ASCII)


def named(text: str, draft: Draft, lang: str) -> str:
    """A sentence with the facts of the library, and the voltages of the draft's tariff, by their titles."""
    files = facts().files()
    file = tariff_file(draft)
    voltages = {} if file is None else {code: title.text(lang) for code, title in file.voltages.items()}

    def fact(found: re.Match[str]) -> str:
        name = found[0]
        if name in files:
            return short(_title(name, lang), lang) if name.startswith("retail.") else _title(name, lang)
        return fact_title(name, lang) if facts().file_of(name) in files else name

    return _CODE.sub(lambda found: voltages.get(found[0], found[0]), _NAME.sub(fact, text))


_PARTS_OF_RETAIL: Mapping[str, tuple[str, str]] = {
    "transmission": ("输配电价", "transmission"), "ratio": ("浮动比例", "ratio"), "zone": ("价区加价", "zone"), "rule": ("分时规则", "rule"),
    "energy": ("电量电价", "energy"), "demand": ("需量电价", "demand"), "capacity": ("容量电价", "capacity"), "one": PARTS["one"], "two": PARTS["two"], "loss_rate": ("线损率", "loss rate"),
    "loss_and_system_operation": ("线损与系统运行费", "loss and system operation"),
}  # fmt: skip


def _retail_words(file: RetailFile, rest: str, lang: str) -> str:
    place = 0 if lang == "zh" else 1
    titles = {code: title.text(lang) for code, title in file.voltages.items()} | {
        code: zone.title.text(lang) for code, zone in file.zones.items()
    }
    known = {**{code: pair[place] for code, pair in {**LETTERS, **COMPONENTS, **_PARTS_OF_RETAIL}.items()}, **titles}
    return " ".join(known.get(part, part) for part in rest.split("."))
