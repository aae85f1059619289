"""The error tree, sentences in both languages and "did you mean".

Every message is an instruction: where, what was found, what was expected, what to do; in English and in Chinese.
A command's exit code is the error's :attr:`AppraisalError.exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, Literal, Self


class Message(str):
    """A sentence in both languages: the text itself is the English one, :attr:`zh` the Chinese.

    Text put together of messages is plain text again and no message: :func:`said` and :func:`joined` keep both languages.
    """

    __slots__ = ("_zh",)
    _zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        made = super().__new__(cls, en)
        made._zh = str(zh)
        return made

    @property
    def zh(self) -> str:
        """The Chinese sentence."""
        return self._zh

    def text(self, lang: str) -> str:
        """The sentence in ``zh``; in English for any other language."""
        return self._zh if lang == "zh" else str(self)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self._zh)


def said(en: str, zh: str, /, **parts: object) -> Message:
    """A sentence in both languages with *parts* put into each; a part that is a message goes in by its own language.

    Examples
    --------
    >>> told = said("{count} rows, expected {wanted}", "共 {count} 行，应为 {wanted} 行", count=3, wanted=4)
    >>> told, told.zh
    ('3 rows, expected 4', '共 3 行，应为 4 行')
    """
    chinese = {name: part.zh if isinstance(part, Message) else part for name, part in parts.items()}
    return Message(en.format(**parts), zh.format(**chinese))


def verbatim(text: str) -> Message:
    """What is the same in both languages: names and codes of the format, numbers, words of another program."""
    return text if isinstance(text, Message) else Message(text, text)


def joined(messages: Iterable[Message], en: str = "; ", zh: str = "；") -> Message:
    """Several messages in one.

    Examples
    --------
    >>> joined([said("one", "一"), said("two", "二")]).zh
    '一；二'
    """
    told = [verbatim(message) for message in messages]
    return Message(en.join(told), zh.join(message.zh for message in told))


class ValueFault(ValueError):
    """A value that cannot be used, said in both languages; where it stands is known to the caller."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def words_of(error: ValueError) -> Message:
    """What an error says: in both languages where it was said so, else in the words of the library that raised it."""
    return error.message if isinstance(error, ValueFault) else verbatim(str(error))


class AppraisalError(Exception):
    """Anything this package raises on purpose; ``exit_code`` is what a command ends with."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = verbatim(message)

    def text(self, lang: str) -> str:
        """All that is said, in ``zh`` or ``en``."""
        return self.message.text(lang)


# What stands for the file where there is none: in Chinese another word than the name of the function or command.
_PLACES = {
    "ask": "提问", "book": "账表", "chart": "图表", "explain": "溯源", "figures": "指标", "indices": "敏感性指标", "link": "链接",
    "montecarlo": "蒙特卡洛模拟", "sensitivity": "敏感性分析", "size": "规模优化", "solve": "反算", "study": "研究", "table": "情景表",
    "tariff": "电价库", "vary": "方案变量",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with one place of an input.

    ``where`` is the file (or what stands for it), ``line`` counts from 1, ``path`` is the dotted path inside it.
    ``kind`` is ``"fact"`` when a dated fact has no value at the date asked, else ``"input"``.
    """

    message: Message
    where: str = ""
    line: int | None = None
    path: str = ""
    kind: Literal["input", "fact"] = "input"

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """The fault on one line, in ``zh`` or ``en``."""
        return self.sentence().text(lang)

    def sentence(self) -> Message:
        """The fault on one line, in both languages."""
        line = f":{self.line}" if self.where and self.line else ""
        zh, en = (f"{place}{line} {self.path}".strip() for place in (_PLACES.get(self.where, self.where), self.where))
        if not en:
            return verbatim(self.message)
        return said("{en}: {message}", "{zh}: {message}", en=en, zh=zh, message=self.message)


class InputError(AppraisalError):
    """An input that cannot be used, with *all* that is wrong with it.

    Exit code 3, or 6 when every fault is a fact without a value at the date asked.

    Examples
    --------
    >>> below = said("{value} is below 0", "{value} 小于 0", value=-1)
    >>> error = InputError([Fault(where="a.yaml", line=3, path="storage.power_mw", message=below)])
    >>> str(error), error.text("zh")
    ('a.yaml:3 storage.power_mw: -1 is below 0', 'a.yaml:3 storage.power_mw: -1 小于 0')
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(joined((fault.sentence() for fault in self.faults), "\n", "\n"))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Fault, ...]]]:
        # Workers hand their errors over by what they were made of, not by the text of them.
        return type(self), (self.faults,)

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        return 6 if self.faults and all(fault.kind == "fact" for fault in self.faults) else 3


class NoSolutionError(AppraisalError):
    """A well-formed question that has no answer (an infeasible dispatch, a target out of reach)."""

    exit_code = 5


class IntegrityError(AppraisalError):
    """A check of the books or of the library failed."""

    exit_code = 7


MAX_LISTED = 25


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known name that *word* was probably meant to be.

    Examples
    --------
    >>> nearest("capcity", ["arbitrage", "capacity"]), nearest("zzz", ["arbitrage"])
    ('capacity', None)
    """
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def suggest(word: str, known: Sequence[str]) -> Message:
    """Nearest known name as a clause for a message, then the names known.

    Examples
    --------
    >>> suggest("capcity", ["arbitrage", "capacity"])
    "did you mean 'capacity'? Known: arbitrage, capacity"
    >>> suggest("zzz", ["arbitrage", "capacity"]).zh
    '可用：arbitrage, capacity'
    """
    near = get_close_matches(word, known, n=5, cutoff=0.6)
    # A long list helps nobody: then only what lies near is shown.
    shown = (
        list(known) if len(known) <= MAX_LISTED else get_close_matches(word, known, n=5, cutoff=0.3) or list(known)[:5]
    )
    rest = said(", … ({all} in all)", " …（共 {all} 个）", all=len(known)) if len(shown) < len(known) else verbatim("")
    listed = said("{names}{rest}", "{names}{rest}", names=", ".join(shown), rest=rest)
    if not near:
        return said("known: {listed}", "可用：{listed}", listed=listed)
    return said(
        "did you mean {near!r}? Known: {listed}", "是否应为 {near!r}？可用：{listed}", near=near[0], listed=listed
    )
