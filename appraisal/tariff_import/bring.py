"""The import itself: read, write the text, read that again, check it, compare the printed prices, and say what was understood."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from appraisal.errors import Fault, InputError, Message, joined, said, verbatim
from appraisal.library.check_retail import faults_of, warnings_of
from appraisal.library.library import Library
from appraisal.library.place import data_root
from appraisal.library.reader import read_bytes
from appraisal.library.retail_types import RetailFile
from appraisal.tariff_import.area import area_lines
from appraisal.tariff_import.compare import Figure, compared, differences
from appraisal.tariff_import.filled import Filled, filled_rows, read_filled
from appraisal.tariff_import.lines import Line
from appraisal.tariff_import.merge import kept, merged
from appraisal.tariff_import.names import SCOPE, Names, names_of_file, names_of_sheets
from appraisal.tariff_import.plan import Planned, Stated, clashes, plan_months, stated_sources

MOST_YAML = 1_000_000
# Words of the file that the form of the area has under another key.
_OF_FORM = {"source": "rule_source", "one": "default_one", "two": "default_two", "note": "rule_note"}


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A tariff file that is ready to be saved, and what was understood of the sheet.

    Attributes
    ----------
    name : the tariff: ``retail.demo``.
    text : the whole file.
    before : the bytes of the file in the folder that it replaces; None where there is none.
    file : the same as the library reads it.
    planned : the month rows that were added, of which ``replaced`` stand in place of older ones.
    figures : every printed figure beside the library's.
    notes, warnings : what a person should know; what the check of the library would have looked at.
    """

    name: str
    text: str
    before: bytes | None
    file: RetailFile
    planned: tuple[Planned, ...]
    replaced: int
    figures: tuple[Figure, ...]
    notes: tuple[Message, ...]
    warnings: tuple[Fault, ...]

    @property
    def agreeing(self) -> int:
        """How many printed figures agree."""
        return sum(figure.agrees for figure in self.figures)

    @property
    def worst(self) -> Figure | None:
        """The printed figure that lies farthest from the library's."""
        return max(self.figures, key=lambda figure: abs(figure.difference), default=None)

    def report(self) -> tuple[Message, ...]:
        """What was understood, a sentence each."""
        months = sorted({row.month for row in self.planned})
        users = [
            verbatim(word) if word else said("all", "全部")
            for word in sorted({_label(row.scope) for row in self.planned})
        ]
        lines = [said("{name}: {en}", "{name}：{zh}", name=self.name, en=self.file.title.en, zh=self.file.title.zh)]
        if months:
            lines.append(said(
                "{count} month row(s), {replaced} of them in place of older ones: {months}", "月度数据 {count} 行（其中替换 {replaced} 行）：{months}",
                count=len(self.planned), replaced=self.replaced, months=", ".join(f"{month:%Y-%m}" for month in months)
            ))  # fmt: skip
            lines.append(said("users: {users}", "用户：{users}", users=joined(users)))
        worst = self.worst
        if worst is None:
            lines.append(said("no printed price in the sheet: nothing was compared", "表中没有公布电价，未作核对"))
        else:
            lines.append(said(
                "{agreeing} of {count} printed figures agree; the worst, in {cell}: {worst}", "{count} 个公布数字中 {agreeing} 个相符；相差最大的在 {cell}：{worst}",
                agreeing=self.agreeing, count=len(self.figures), worst=worst.told(), cell=worst.cell
            ))  # fmt: skip
        lines += [said("kept with its reason: {told}", "已注明原因后保留：{told}", told=figure.told()) for figure in self.figures if not figure.agrees]  # fmt: skip
        return (*lines, *self.notes)


def bring(
    content: bytes, name: str, folder: Path, *, today: date, replaced: bool = False, root: Path | None = None
) -> Imported:
    """Read a filled template or a CSV of months and work out the tariff file that it makes; nothing is written.

    Parameters
    ----------
    content, name : the file, and what messages call it.
    folder : the user's own folder of tariffs, there or not; an area that it holds is preferred to the shipped one.
    today : the day of the import; a source cannot have been checked later.
    replaced : whether a row of the same month and users, or the whole file of an area, may give way.
    root : folder that holds the shipped ``tariffs``; by default that of this installation.

    Raises
    ------
    InputError
        With every faulty cell; then with every fault that the library's own reader and check find, at the row it comes
        from; then with every printed figure that its components do not give and that no reason explains.
    """
    filled = read_filled(content, name)
    library = Library(root or data_root(), folder if folder.is_dir() else None)
    key = _key(filled)
    known = library.retail_file(key) if library.has(key) else None
    _refuse_unfit(filled, known, key, replaced)
    work = _Work(filled, library, key, None if filled.whole else known)
    planned, sources, told = work.understood(replaced, today)
    with tempfile.TemporaryDirectory() as held:
        trial = Path(held, folder.resolve().name)
        _copy(folder, trial, library.root)
        made = work.made(trial, planned, sources)
        figures = compared(made.library, key, filled, work.names)
        reasoned = work.reasoned(planned, figures)
        made = made if reasoned == planned else work.made(trial, reasoned, sources)
        warnings = tuple(warnings_of(made.library, made.file, today))
    there = Path(folder, *key.split(".")).with_suffix(".yaml")
    before = read_bytes(there, there.name, MOST_YAML) if there.is_file() else None
    if work.base is not None and before is None:
        told.append(said(
            "the shipped {name} is copied into {folder} with these months and stands in its place; later updates of the shipped file are not seen through it",
            "已把自带的 {name} 连同这些月份复制到 {folder}，并代替自带文件；自带文件今后的更新不会反映在其中", name=key, folder=folder.name
        ))  # fmt: skip
    return Imported(
        name=key, text=made.text, before=before, file=made.file, planned=tuple(reasoned), replaced=made.replaced,
        figures=figures, notes=(*filled.notes, *told), warnings=warnings,
    )  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """The file as it would be saved, read again in a library that holds it."""

    text: str
    replaced: int
    library: Library
    file: RetailFile


@dataclass(frozen=True)
class _Work:
    """One import: the sheet, the library with the user's folder, the tariff, and the file that months are added to (None: a new area)."""

    filled: Filled
    library: Library
    key: str
    base: RetailFile | None

    @property
    def names(self) -> Names:
        """The words of the area."""
        return names_of_sheets(self.filled) if self.base is None else names_of_file(self.base)

    def understood(self, replaced: bool, today: date) -> tuple[tuple[Planned, ...], dict[str, Stated], list[Message]]:
        """The rows of months to write, the sources that the sheet states, and what is to be said of these.

        Raises
        ------
        InputError
            With every fault of the months, of the sources and of the area's sheets.
        """
        faults: list[Fault] = []
        planned: tuple[Planned, ...] = ()
        sources: dict[str, Stated] = {}
        told: list[Message] = []
        try:
            planned = plan_months(self.filled, self.names)
            if self.base is not None:
                faults += clashes(planned, self.base.months, replaced)
        except InputError as error:
            faults += error.faults
        try:
            sources, told = stated_sources(self.filled, {} if self.base is None else self.base.sources, today)
        except InputError as error:
            faults += error.faults
        try:
            if self.base is None:
                area_lines(self.filled, self.names, (), {})
        except InputError as error:
            faults += error.faults
        if self.base is not None and not planned and not faults:
            faults.append(
                _fault(self.filled, said("holds no components of a month to add", "没有可添加的月度组成部分"))
            )
        if faults:
            raise InputError(faults)
        return planned, sources, told

    def made(self, trial: Path, planned: Sequence[Planned], sources: Mapping[str, Stated]) -> _Made:
        """The file written into the trial folder and read by the library's own reader and check.

        Raises
        ------
        InputError
            With every fault that these find, each at the row of the sheet behind the line.
        """
        lines, text, replaced = self.lines(planned, sources)
        path = Path(trial, *self.key.split(".")).with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        library = Library(self.library.root, trial)
        try:
            file = library.retail_file(self.key)
            faults = list(faults_of(library, file))
        except InputError as error:
            raise InputError(_located(error.faults, lines, self.filled)) from error
        if faults:
            raise InputError(_located(faults, lines, self.filled))
        if self.base is not None and not kept(self.base, file, planned):
            raise InputError([Fault(where=self.base.where, message=said(
                "is laid out so that rows cannot be added without changing others; add them by hand",
                "的书写格式无法在不改动其他内容的情况下添加；请手工添加"
            ))])  # fmt: skip
        return _Made(text, replaced, library, file)

    def lines(self, planned: Sequence[Planned], sources: Mapping[str, Stated]) -> tuple[tuple[Line, ...], str, int]:
        """Lines, text and number of rows replaced."""
        if self.base is None:
            lines = area_lines(self.filled, self.names, planned, sources)
            return lines, "".join(f"{line.text}\n" for line in lines), 0
        path = next(
            path
            for path, _ in self.library.folders()
            if Path(path, *self.key.split(".")).with_suffix(".yaml").is_file()
        )
        raw = read_bytes(Path(path, *self.key.split(".")).with_suffix(".yaml"), self.base.where, MOST_YAML)
        named = {row.record.get("source") for row in planned}
        used = {key: stated for key, stated in sources.items() if key in named}
        lines, replaced = merged(raw.decode("utf-8"), self.base, planned, used)
        return lines, "\n".join(line.text for line in lines), replaced

    def reasoned(self, planned: tuple[Planned, ...], figures: Sequence[Figure]) -> tuple[Planned, ...]:
        """The rows with the stated reason of each printed figure that differs; a difference without one is a fault."""
        faults = list(differences(figures))
        rows = list(planned)
        for figure in (figure for figure in figures if not figure.agrees and figure.record.get("reason")):
            scope = self.names.scope(figure.record)
            mine = [
                place for place, row in enumerate(rows) if row.month == figure.record.get("month") and row.meets(scope)
            ]
            if not mine:
                faults.append(figure.record.fault(said(
                    "the reason has no row to stand in: state the month's components as well", "差异原因没有可写入的行：请同时填写当月各组成部分"
                ), "reason"))  # fmt: skip
                continue
            own = next((place for place in mine if rows[place].record is figure.record), mine[0])
            rows[own] = rows[own].noted(f"{_label(scope)}: {figure.told()}: {figure.record.get('reason')}")
        if faults:
            raise InputError(faults)
        return tuple(rows)


def _key(filled: Filled) -> str:
    """The tariff that the file is about; it names one area."""
    if not filled.whole and not filled_rows(filled, "months"):
        raise InputError([_fault(filled, said("nothing is filled in but examples", "除示例外没有填写任何内容"))])
    form = {filled.area.get("id")} - {None} if filled.area is not None else set()
    rows = {record.get("area") for record in filled_rows(filled, "months")} - {None}
    areas = form | rows
    if len(areas) == 1 and (form or all(record.get("area") for record in filled_rows(filled, "months"))):
        return f"retail.{areas.pop()}"
    raise InputError([_fault(filled, said(
        "must name one area (found: {areas}); a CSV file in every row, a workbook in its form",
        "必须且只能指明一个地区（现为：{areas}）；CSV 每行填写，工作簿填在“地区”表", areas=", ".join(sorted(areas)) or "-"
    ))])  # fmt: skip


def _refuse_unfit(filled: Filled, known: RetailFile | None, key: str, replaced: bool) -> None:
    """A whole area that is there already, and months of one that is not."""
    if filled.whole and known is not None and not replaced:
        raise InputError([_fault(filled, said(
            "{name} is in the library already; fill in the months only to add to it, or use --replace to put this whole area in its place",
            "事实库中已有 {name}；如补充月份请只填“月度电价”表，如整体替换请使用 --replace", name=key
        ))])  # fmt: skip
    if not filled.whole and known is None:
        raise InputError([_fault(filled, said(
            "{name} is not in the library; a new area needs every sheet of the template", "事实库中没有 {name}；新增地区须填写模板的各表", name=key
        ))])  # fmt: skip


def _copy(folder: Path, trial: Path, root: Path) -> None:
    """The user's own files, as far as the library has a place for them."""
    for place in sorted(path.name for path in (root / "tariffs").iterdir() if path.is_dir()):
        for path in sorted((folder / place).glob("*.yaml")):
            (trial / place).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, trial / place / path.name)


def _located(faults: Sequence[Fault], lines: Sequence[Line], filled: Filled) -> Iterator[Fault]:
    """Faults of the file at the rows of the sheet that they come from."""
    for fault in faults:
        record = lines[fault.line - 1].record if fault.line and fault.line <= len(lines) else None
        if record is None:
            yield replace(fault, where=filled.where, line=None)
            continue
        column = fault.path.rpartition(".")[2]
        column = _OF_FORM.get(column, column) if record.sheet == "area" else column
        if record.sheet == "months" and column not in record.places:
            column = "month"
        yield record.fault(
            said("{path}: {message}", "{path}：{message}", path=fault.path, message=fault.message), column
        )


def _fault(filled: Filled, message: Message) -> Fault:
    return Fault(where=filled.where, message=message)


def _label(scope: Mapping[str, Sequence[str]]) -> str:
    """Users in the words of the file."""
    return " ".join(",".join(scope[key]) for key in SCOPE if scope.get(key))
