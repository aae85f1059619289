"""The book: blocks, inputs and figures put together, checked once, evaluated for any block of scenarios."""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from appraisal.book.compile import compile_book
from appraisal.book.declare import Block, Entry, Figures, Input, Instance
from appraisal.book.evaluate import Ledger, Machine, execute, machine, tables
from appraisal.book.fault import declaration
from appraisal.book.figure import BUILT_IN, Answer, FigureReader, Function
from appraisal.book.plan import needed, order
from appraisal.book.registers import Shape
from appraisal.book.resolve import Draft, Line, Scope, World, resolve_figures, resolve_lines
from appraisal.book.tree import Call, Node, children, refs
from appraisal.errors import Fault, InputError, suggest
from appraisal.units import Table

_MACHINES = 16  # programs a book remembers: one for each set of lines kept and of inputs that vary, each with its working tables


class Book:
    """Declared lines and figures, ready to evaluate.

    Parameters
    ----------
    *parts : Block, Instance or Figures
        In the order of the printed book. A plain block's lines are called by their keys, an instance's by
        ``instance.key``.
    inputs : mapping
        Key → :class:`Input`. The inputs that a block names for its instances stand under ``instance.name``, or once
        for all under ``block.name``.
    functions : mapping
        Functions that figures may call, beside ``total``, ``least``, ``most`` and ``mean``. A line arrives as
        ``(S, Y)``, a number as ``(S, 1)``, either with 1 in place of S where no row differs; ``where`` is passed as a
        keyword. The function returns ``(S,)``, or that and a status in words for each row.
    blocks : sequence of Block
        Blocks that may have no instance, so that ``each(loan.interest)`` is 0 and not an unknown name.
    formulas : mapping
        Texts that stand in place of the declared ones, by full key; see :meth:`with_line`.

    Raises
    ------
    InputError
        With every fault: unknown names, units that do not fit, conditions on computed money, circles.

    Examples
    --------
    >>> from appraisal.book import block, figures
    >>> from appraisal.units import table
    >>> loan = block("借款", "Loan", '''
    ... opening   | yuan | 期初余额 | Opening   | last(closing)
    ... principal | yuan | 还本     | Principal | drawn / 2 if age > 1 else 0
    ... closing   | yuan | 期末余额 | Closing   | opening + (drawn if age == 1 else 0) - principal
    ... ''', inputs="drawn")
    >>> book = Book(loan.as_("bank"), figures("repaid | yuan | 还本合计 | Repaid | total(bank.principal)"),
    ...             inputs={"bank.drawn": Input("yuan", "借款", "Drawn"), "age": Input("year", "年", "Year", "series")})
    >>> ledger = book.evaluate({"bank.drawn": table(100), "age": table([1, 2, 3])}, years=3)
    >>> ledger.line("bank.closing")
    array([[100.,  50.,   0.]])
    >>> ledger.figure("repaid")
    array([100.])
    """

    def __init__(
        self,
        *parts: Block | Instance | Figures,
        inputs: Mapping[str, Input],
        functions: Mapping[str, Function] = MappingProxyType({}),
        blocks: Sequence[Block] = (),
        formulas: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.parts = parts
        self.functions: Mapping[str, Function] = {**BUILT_IN, **functions}
        self._given = (dict(inputs), dict(functions), tuple(blocks))
        self._formulas = dict(formulas)
        faults: list[Fault] = []
        self.inputs: Mapping[str, Input] = _inputs(parts, inputs, faults)
        drafts = _drafts(parts, self.inputs, self._formulas, faults)
        figure_drafts = _figure_drafts(parts, {*drafts, *self.inputs}, self._formulas, faults)
        for key in self._formulas:
            if key not in drafts and key not in figure_drafts:
                faults.append(
                    Fault(
                        where="book",
                        path=key,
                        message=declaration(f"no such line; {suggest(key, [*drafts, *figure_drafts])}"),
                    )
                )
        if faults:
            raise InputError(faults)
        world = World(drafts, self.inputs, _instances(parts, blocks))
        self.lines: Mapping[str, Line] = resolve_lines(drafts, world)
        self.figures: Mapping[str, Line] = resolve_figures(figure_drafts, world, self.lines, self.functions)
        self._check_where()
        self._hidden = {where: f"where:{at}" for at, where in enumerate(_wheres(self.figures.values()))}
        self._trees: dict[str, Node] = {key: line.tree for key, line in self.lines.items()}
        self._trees |= {name: tree for tree, name in self._hidden.items()}
        self.order = order(self._trees)
        self._machines: OrderedDict[object, Machine] = OrderedDict()
        self._lock = threading.Lock()

    def with_line(self, key: str, formula: str) -> Book:
        """A book with the formula of one line or figure replaced.

        Parameters
        ----------
        key : str
            Full key, such as ``bank.principal``.
        formula : str
            Its new text; short names mean what they mean in the line's block.

        Raises
        ------
        InputError
            If there is no such line, or the formula does not fit the book.
        """
        inputs, functions, blocks = self._given
        return Book(
            *self.parts, inputs=inputs, functions=functions, blocks=blocks, formulas={**self._formulas, key: formula}
        )

    def evaluate(self, values: Mapping[str, Table], years: int, keep: Collection[str] | None = None) -> Ledger:
        """The books of a block of scenarios.

        Parameters
        ----------
        values : mapping
            A table for every input: ``(S, 1)`` or ``(1, 1)`` for a number, ``(S, Y)`` or ``(1, Y)`` for a series,
            either for a flag.
        years : int
            Y, the years of the calculation period; column 1 is the first construction year.
        keep : collection of keys, optional
            Lines and figures wanted; by default all. Lines that none of them needs are not computed.

        Returns
        -------
        Ledger

        Raises
        ------
        ValueError
            If an input is missing, unknown, of the wrong shape or not finite, or *keep* names nothing.
        IntegrityError
            If a kept line, or one that a figure takes, is not finite.
        """
        if years < 1:
            raise ValueError(f"years is {years}, expected 1 or more")
        given, rows = tables(values, self.inputs, years)
        lines, wanted = self._split(keep)
        made = self._machine(lines, wanted, given)
        found = execute(made, given, rows, years)
        answers = self._figures(wanted, found, given, years)
        kept = {key: found[key] for key in lines}
        for table in kept.values():
            table.flags.writeable = False
        return Ledger(self, rows, years, kept, given, answers)

    def _split(self, keep: Collection[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines and the figures of *keep*, in the order of the book."""
        if keep is None:
            return tuple(self.lines), tuple(self.figures)
        unknown = [key for key in keep if key not in self.lines and key not in self.figures]
        if unknown:
            known = [*self.lines, *self.figures]
            raise ValueError("keep:\n" + "\n".join(f"{key}: no such line; {suggest(key, known)}" for key in unknown))
        wanted = frozenset(keep)
        return tuple(key for key in self.lines if key in wanted), tuple(key for key in self.figures if key in wanted)

    def _machine(self, lines: tuple[str, ...], wanted: tuple[str, ...], given: Mapping[str, Table]) -> Machine:
        """The program for what is wanted and for what varies over rows and years in this run."""
        shapes = {key: Shape(table.shape[1] > 1, table.shape[0] > 1) for key, table in given.items()}
        mark = (lines, wanted, tuple(shapes.items()))
        with self._lock:
            if mark not in self._machines:
                roots = {*lines, *(key for figure in wanted for key in self._behind(self.figures[figure].tree))}
                inside = needed(self._trees, roots)
                groups = tuple(group for group in self.order if group.keys[0] in inside)
                self._machines[mark] = machine(compile_book(groups, self._trees, shapes, roots, frozenset(lines)))
            self._machines.move_to_end(mark)
            if len(self._machines) > _MACHINES:
                self._machines.popitem(last=False)
            return self._machines[mark]

    def _behind(self, tree: Node) -> list[str]:
        """The lines that a figure takes, and its conditions."""
        found = [self._hidden[where] for where in _calls_where(tree)]
        return found + [ref.key for ref in refs(tree) if ref.key in self.lines]

    def _figures(
        self, wanted: tuple[str, ...], found: Mapping[str, Table], given: Mapping[str, Table], years: int
    ) -> dict[str, Answer]:
        """The answers of the figures."""

        def line(key: str) -> Table:
            table = found[key] if key in found else given[key]
            single = key in self.inputs and self.inputs[key].kind == "number"
            return table.T if single else np.broadcast_to(table.T, (table.shape[1], years))

        reader = FigureReader(self.functions, line, lambda key: given[key].T, self._hidden)
        return {key: reader.answer(self.figures[key].tree) for key in wanted}

    def _check_where(self) -> None:
        """A function that is given a condition must take one."""
        faults = []
        for figure in self.figures.values():
            for call in _calls(figure.tree):
                function = self.functions[call.function]
                if call.where is not None and "where" not in inspect.signature(function).parameters:
                    faults.append(
                        Fault(
                            where="figures",
                            path=figure.key,
                            message=declaration(f"{call.function} takes no condition: no 'where' among its parameters"),
                        )
                    )
        if faults:
            raise InputError(faults)


def _calls(tree: Node) -> list[Call]:
    """The calls of a figure."""
    return [tree] if isinstance(tree, Call) else [call for child in children(tree) for call in _calls(child)]


def _calls_where(tree: Node) -> list[Node]:
    """The conditions of a figure's calls."""
    return [call.where for call in _calls(tree) if call.where is not None]


def _wheres(figures: Iterable[Line]) -> dict[Node, None]:
    """All conditions of figures, each once."""
    return dict.fromkeys(where for figure in figures for where in _calls_where(figure.tree))


def _instances(parts: Sequence[Block | Instance | Figures], blocks: Sequence[Block]) -> dict[str, tuple[str, ...]]:
    """The prefixes of each named block's instances, in order."""
    found: dict[str, tuple[str, ...]] = {block.name: () for block in blocks if block.name}
    for part in parts:
        match part:
            case Instance(block=Block(name=name)) if name:
                found[name] = (*found.get(name, ()), f"{part.name}.")
            case Block(name=name) if name:
                found[name] = (*found.get(name, ()), "")
    return found


def _inputs(
    parts: Sequence[Block | Instance | Figures], inputs: Mapping[str, Input], faults: list[Fault]
) -> dict[str, Input]:
    """Inputs by full key; a block's own inputs once for each instance."""
    found: dict[str, Input] = {}
    templates: set[str] = set()
    names = {part.name for part in parts if isinstance(part, Instance)}
    for part in parts:
        if isinstance(part, Figures):
            continue
        block = part.block if isinstance(part, Instance) else part
        for word, own in block.inputs.items():
            key = f"{part.name}.{word}" if isinstance(part, Instance) else word
            shared = f"{block.name}.{word}"
            declared = inputs.get(key) or own or inputs.get(shared)
            if declared is None:
                either = f"{key!r} or {shared!r}" if block.name and isinstance(part, Instance) else repr(key)
                faults.append(
                    Fault(
                        where=block.title,
                        path=key,
                        message=declaration(f"the input is not declared; add {either} to the book's inputs"),
                    )
                )
                continue
            found[key] = declared
            if isinstance(part, Instance) and block.name not in names:
                templates.add(shared)
    return found | {key: value for key, value in inputs.items() if key not in templates}


def _drafts(
    parts: Sequence[Block | Instance | Figures],
    inputs: Mapping[str, Input],
    formulas: Mapping[str, str],
    faults: list[Fault],
) -> dict[str, Draft]:
    """Every line of the book with its scope."""
    found: dict[str, Draft] = {}
    names: set[str] = set()
    for part in parts:
        if isinstance(part, Figures):
            continue
        scope, entries = _scope(part)
        if isinstance(part, Block) and part.holes:
            faults.append(
                Fault(
                    where=scope.where,
                    message=declaration(
                        f"placeholders {', '.join(part.holes)} are open; instantiate the block with as_"
                    ),
                )
            )
            continue
        if isinstance(part, Instance) and part.name in names:
            faults.append(Fault(where=scope.where, path=part.name, message=declaration("two instances have this name")))
            continue
        names.add(scope.prefix.rstrip("."))
        for entry in entries:
            key = scope.prefix + entry.key
            if key in found or key in inputs:
                what = "line" if key in found else "input"
                faults.append(
                    Fault(
                        where=scope.where,
                        line=entry.row,
                        path=key,
                        message=declaration(f"there is already a {what} of this name"),
                    )
                )
            else:
                found[key] = Draft(key, replace(entry, formula=formulas.get(key, entry.formula)), scope)
    return found


def _scope(part: Block | Instance) -> tuple[Scope, tuple[Entry, ...]]:
    """Where a block's formulas stand."""
    if isinstance(part, Block):
        return Scope(part.title, "", {}, {}), part.entries
    prefix = f"{part.name}."
    names = {word: prefix + word for word in (*(entry.key for entry in part.entries), *part.block.inputs)}
    return Scope(part.block.title, prefix, names, part.aliases), part.entries


def _figure_drafts(
    parts: Sequence[Block | Instance | Figures],
    taken: Collection[str],
    formulas: Mapping[str, str],
    faults: list[Fault],
) -> dict[str, Draft]:
    """Every figure of the book."""
    found: dict[str, Draft] = {}
    scope = Scope("figures", "", {}, {})
    for part in parts:
        for entry in part.entries if isinstance(part, Figures) else ():
            if entry.key in found or entry.key in taken:
                faults.append(
                    Fault(
                        where="figures",
                        line=entry.row,
                        path=entry.key,
                        message=declaration("there is already a line, input or figure of this name"),
                    )
                )
            else:
                found[entry.key] = Draft(
                    entry.key, replace(entry, formula=formulas.get(entry.key, entry.formula)), scope
                )
    return found
