"""Declarations: blocks of lines, figures and inputs, written once as text.

A block is a table of a statement. A plain block is part of the book as it stands; a block that
occurs several times (a loan, an asset class, a tax computation) is instantiated by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from appraisal.book.dimension import dimension
from appraisal.book.fault import declaration
from appraisal.errors import Fault, InputError, suggest

Kind: TypeAlias = Literal["number", "series", "flag"]

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WHOLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_ATOM = re.compile(r"[A-Za-z0-9_.]+")
_WORDS = frozenset(("min", "max", "abs", "last", "lag", "next", "each", "where", "if", "else", "and", "or", "not"))


@dataclass(frozen=True)
class Input:
    """What a book is given.

    Attributes
    ----------
    unit : str
        ``1`` for a fraction, ``0/1`` for a flag, ``year`` for a count of years, ``yuan``, ``yuan/kWh`` …
    zh, en : str
        Labels.
    kind : "number" | "series" | "flag"
        A number is ``(S, 1)``, a series ``(S, Y)``. A flag is 0 or 1 and may be either.

    Raises
    ------
    ValueError
        If the unit cannot be read, or a flag's unit is not ``0/1``.

    Examples
    --------
    >>> Input("yuan", "收入", "Revenue", kind="series").kind
    'series'
    """

    unit: str
    zh: str
    en: str
    kind: Kind = "number"

    def __post_init__(self) -> None:
        dimension(self.unit)
        if self.kind not in ("number", "series", "flag"):
            raise ValueError(f"kind {self.kind!r} of input {self.en!r}: expected number, series or flag")
        if (self.kind == "flag") != (self.unit == "0/1"):
            raise ValueError(
                f"input {self.en!r}: kind {self.kind!r} with unit {self.unit!r}; a flag, and only a flag, has the unit 0/1"
            )


@dataclass(frozen=True)
class Entry:
    """One declared line or figure as text; ``row`` is its line in the declaration, from 1."""

    key: str
    unit: str
    zh: str
    en: str
    formula: str
    row: int


@dataclass(frozen=True)
class Block:
    """A table of lines; see :func:`block`."""

    zh: str
    en: str
    entries: tuple[Entry, ...]
    inputs: Mapping[str, Input | None] = field(default_factory=dict)
    name: str = ""

    @property
    def title(self) -> str:
        """How messages call the block."""
        return f"block {self.name or self.en!r}"

    @property
    def holes(self) -> tuple[str, ...]:
        """Names of the placeholders in the formulas, in order."""
        return tuple(dict.fromkeys(hole for entry in self.entries for hole in _HOLE.findall(entry.formula)))

    def as_(self, instance: str, /, **substitutions: str | int) -> Instance:
        """An instance whose lines are called ``instance.key``.

        Parameters
        ----------
        instance : str
            Its name.
        **substitutions
            For a placeholder ``{method}``: the expression (or whole number) put in its place. For any other
            name that formulas of the block use: the outside line or input that it stands for.

        Raises
        ------
        InputError
            If a substitution is used nowhere, or a placeholder is left open.

        Examples
        --------
        >>> tax = block("所得税", "Tax", "tax | yuan | 所得税 | Tax | max(base, 0) * rate", name="tax")
        >>> tax.as_("levered", base="profit").aliases
        {'base': 'profit'}
        """
        if not _KEY.fullmatch(instance):
            raise InputError(
                [Fault(where=self.title, message=declaration(f"instance name {instance!r} is not a plain name"))]
            )
        texts = {name: value for name, value in substitutions.items() if name in self.holes}
        aliases = {name: str(value) for name, value in substitutions.items() if name not in self.holes}
        faults = [
            Fault(
                where=self.title,
                path=instance,
                message=declaration(f"placeholder {{{hole}}} is not given; pass {hole}=…"),
            )
            for hole in self.holes
            if hole not in texts
        ]
        if faults:
            raise InputError(faults)
        entries = tuple(
            Entry(e.key, e.unit, e.zh, e.en, _fill(e.formula, texts), e.row) for e in self.entries
        )  # fmt: skip
        faults += self._aliases(instance, aliases, entries)
        if faults:
            raise InputError(faults)
        return Instance(self, instance, entries, aliases)

    def put(self, instance: str, texts: Mapping[str, str], names: Mapping[str, str]) -> Instance:
        """An instance with the placeholders of *texts*, and of *names* those that its formulas use.

        For blocks whose formulas are chosen among several: each reads names of its own.

        Examples
        --------
        >>> loan = block("借款", "Loan", "principal | yuan | 还本 | Principal | {method}", name="loan")
        >>> loan.put("bank", {"method": "drawn / years"}, {"years": "bank_years", "rate": "bank_rate"}).aliases
        {'years': 'bank_years'}
        """
        given = {hole: text for hole, text in texts.items() if hole in self.holes}
        used = words_of(_fill(entry.formula, given) for entry in self.entries)
        own = {entry.key for entry in self.entries}
        return self.as_(
            instance, **given, **{n: to for n, to in names.items() if n in used and n not in own and n != to}
        )

    def _aliases(self, instance: str, aliases: Mapping[str, str], entries: tuple[Entry, ...]) -> list[Fault]:
        """Faults of the names that stand for something outside, in the formulas as filled."""
        used = words_of(entry.formula for entry in entries)
        own = {entry.key for entry in self.entries}
        faults = []
        for name, value in aliases.items():
            message = ""
            if name in own:
                message = f"{name!r} is a line of the block and cannot stand for {value!r}"
            elif name not in used:
                open_names = sorted({*self.holes, *(used - own - _WORDS)})
                message = f"{name!r} occurs in no formula and is no placeholder; {suggest(name, open_names)}"
            elif not _NAME.fullmatch(value):
                message = f"{name}={value!r} is no name of a line or an input; write {{{name}}} in the formula to put an expression there"
            if message:
                faults.append(Fault(where=self.title, path=instance, message=declaration(message)))
        return faults

    def filled(self, texts: Mapping[str, str], names: Mapping[str, str] = MappingProxyType({})) -> Block:
        """The block as it stands in the book, its placeholders replaced; *names* replaces whole names in its formulas.

        Raises
        ------
        InputError
            If a text belongs to no placeholder, or a placeholder is left open.

        Examples
        --------
        >>> cost = block("费用", "Cost", "om | yuan | 运维费 | O&M | price * {index} * age")
        >>> cost.filled({"index": "1"}, {"age": "age_p1"}).entries[0].formula
        'price * 1 * age_p1'
        """
        faults = [
            Fault(where=self.title, path=hole, message=declaration(f"placeholder {{{hole}}} is not given"))
            for hole in self.holes
            if hole not in texts
        ] + [
            Fault(
                where=self.title,
                path=hole,
                message=declaration(f"no such placeholder; {suggest(hole, list(self.holes))}"),
            )
            for hole in texts
            if hole not in self.holes
        ]
        if faults:
            raise InputError(faults)

        def renamed(formula: str) -> str:
            return _WHOLE_NAME.sub(lambda word: names.get(word.group(0), word.group(0)), formula)

        entries = tuple(
            Entry(e.key, e.unit, e.zh, e.en, renamed(_fill(e.formula, texts)), e.row) for e in self.entries
        )  # fmt: skip
        return replace(self, entries=entries)


@dataclass(frozen=True)
class Instance:
    """A block under a name; made by :meth:`Block.as_`."""

    block: Block
    name: str
    entries: tuple[Entry, ...]
    aliases: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """Figures: one value a row; see :func:`figures`."""

    entries: tuple[Entry, ...]


def block(zh: str, en: str, lines: str, inputs: str | Mapping[str, Input] = "", *, name: str = "") -> Block:
    """Declare a table of lines.

    Parameters
    ----------
    zh, en : str
        Titles.
    lines : str
        One line a row: ``key | unit | 中文 | English | formula``. Blank rows and rows that begin with ``#`` are skipped.
    inputs : str or mapping
        Numbers that each instance has of its own: names, declared in the book's inputs as ``instance.name`` or
        ``block.name``; or a mapping of name → :class:`Input`.
    name : str
        What ``each(name.line)`` calls the block.

    Raises
    ------
    InputError
        With every row that cannot be read.

    Examples
    --------
    >>> vat = block("增值税", "VAT", '''
    ... # the pool is what was not used last year
    ... paid | yuan | 应纳增值税 | VAT paid    | max(output - input - last(pool), 0)
    ... pool | yuan | 期末留抵   | Pool, closing | max(last(pool) + input - output, 0)
    ... ''')
    >>> [entry.key for entry in vat.entries]
    ['paid', 'pool']
    """
    entries, faults = _read(lines, f"block {name or en!r}")
    own: dict[str, Input | None] = dict.fromkeys(inputs.split()) if isinstance(inputs, str) else dict(inputs)
    keys = {entry.key for entry in entries}
    for word in own:
        if not _KEY.fullmatch(word) or word in keys:
            what = "also a line" if word in keys else "not a plain name"
            faults.append(
                Fault(where=f"block {name or en!r}", path=word, message=declaration(f"input {word!r} is {what}"))
            )
    if faults:
        raise InputError(faults)
    return Block(zh, en, entries, own, name)


def figures(lines: str) -> Figures:
    """Declare figures: ``key | unit | 中文 | English | formula``, where the formula calls functions of lines.

    Raises
    ------
    InputError
        With every row that cannot be read.

    Examples
    --------
    >>> figures("dscr_min | 1 | 最低偿债备付率 | Minimum DSCR | least(dscr where op)").entries[0].key
    'dscr_min'
    """
    entries, faults = _read(lines, "figures")
    if faults:
        raise InputError(faults)
    return Figures(entries)


def words_of(formulas: Iterable[str]) -> set[str]:
    """The names that occur in some formulas.

    Examples
    --------
    >>> sorted(words_of(["last(closing) + 2 * loan.draw"]))
    ['closing', 'last', 'loan.draw']
    """
    return {word for formula in formulas for word in re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", formula)}


def _fill(formula: str, texts: Mapping[str, str | int]) -> str:
    """The formula with its placeholders replaced; an expression inside a longer formula goes in brackets."""

    def put(hole: re.Match[str]) -> str:
        text = str(texts[hole.group(1)]).strip()
        whole = formula.strip() == hole.group(0)
        return text if whole or _ATOM.fullmatch(text) else f"({text})"

    return _HOLE.sub(put, formula)


def _read(lines: str, where: str) -> tuple[tuple[Entry, ...], list[Fault]]:
    """The entries of a declaration, and the faults of the rows that are not entries."""
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for row, text in enumerate(lines.splitlines(), start=1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        fields = [part.strip() for part in text.split("|")]
        message = _fault(fields, text, entries)
        if message:
            faults.append(Fault(where=where, line=row, path=fields[0], message=declaration(message)))
        else:
            key, unit, zh, en, formula = fields
            entries[key] = Entry(key, unit, zh, en, formula, row)
    if not entries and not faults:
        faults.append(
            Fault(where=where, message=declaration("no lines; expected rows of key | unit | 中文 | English | formula"))
        )
    return tuple(entries.values()), faults


def _fault(fields: list[str], text: str, known: Mapping[str, Entry]) -> str:
    """What is wrong with the fields of one row, or an empty text."""
    if len(fields) != 5:
        return f"{len(fields)} fields, expected 5 (key | unit | 中文 | English | formula), in {text.strip()!r}"
    key = fields[0]
    if not _KEY.fullmatch(key) or key in _WORDS:
        return f"{key!r} cannot be a key: letters, digits and _ , not a word of the notation"
    if key in known:
        return f"key {key!r} is declared twice, first in row {known[key].row}"
    if not all(fields):
        return f"an empty field in {text.strip()!r}"
    try:
        dimension(fields[1])
    except ValueError as error:
        return str(error)
    return ""
