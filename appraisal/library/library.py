"""The library itself: one object that answers every question about a fact."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.library.grid import grid_charges
from appraisal.library.parameters import ParameterFile, read_parameters
from appraisal.library.place import data_root
from appraisal.library.reading import overlay
from appraisal.library.retail import retail_year
from appraisal.library.retail_file import read_retail
from appraisal.library.retail_names import retail_names
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import Fact, GridCharges, Parameter, RetailYear

NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+\Z")
HOLIDAYS = "calendar.holidays"
DIRECT_RULE = "rules.direct_trading.set_bands_apply"
USERS = ("agent", "direct")
OWN_FOLDER = "APPRAISAL_TARIFFS"


@dataclass(frozen=True)
class Library:
    """Facts read from a folder of dated YAML files, each file read when it is first asked for.

    A fact's name is its path: ``tariffs/support/first_of_kind_insurance.yaml`` holds
    ``support.first_of_kind_insurance.premium_share``. A folder of the user's own, laid out like ``tariffs/``, adds
    files; one of the same name stands in place of the library's.

    Examples
    --------
    >>> library = Library.open()
    >>> fact = library.fact("tax.national.vat_electricity", date(2026, 1, 1))
    >>> fact.value, fact.holds_from.isoformat(), fact.origin
    (0.13, '2019-04-01', 'library')
    """

    root: Path
    own: Path | None = None
    overlays: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    read: dict[str, ParameterFile | RetailFile] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(cls, root: Path | None = None, own: Path | None = None) -> Library:
        """The library of this installation, or of a folder that holds ``tariffs/``.

        *own* adds a folder; without it, and without *root*, the one that the environment names in ``APPRAISAL_TARIFFS``.

        Raises
        ------
        InputError
            If the own folder does not exist.
        """
        named = os.environ.get(OWN_FOLDER) if root is None and own is None else None
        folder = Path(named) if named else own
        if folder is not None and not folder.is_dir():
            raise InputError([Fault(where=OWN_FOLDER, message=said(
                "{folder} is no folder", "{folder} 不是文件夹", folder=folder.name
            ))])  # fmt: skip
        return cls(root or data_root(), folder)

    def folders(self) -> tuple[tuple[Path, str], ...]:
        """The folders that hold files, each with what messages call it; the first that has a file gives it."""
        shipped = (self.root / "tariffs", "tariffs")
        return (shipped,) if self.own is None else ((self.own, self.own.name), shipped)

    def files(self) -> tuple[str, ...]:
        """Dotted names of all files, sorted, as they were when they were first asked for."""
        return self._listed

    @cached_property
    def _listed(self) -> tuple[str, ...]:
        found = {
            ".".join(path.relative_to(base).with_suffix("").parts)
            for base, _ in self.folders()
            for path in base.rglob("*.yaml")
        }
        return tuple(sorted(found))

    def has(self, name: str) -> bool:
        """Whether there is a file of this dotted name."""
        return NAME.match(name) is not None and self._place(name) is not None

    def _place(self, name: str) -> tuple[Path, str] | None:
        return next((pair for pair in self.folders() if _path(pair[0], name).is_file()), None)

    def is_own(self, name: str) -> bool:
        """Whether a file comes from the user's own folder."""
        return self.own is not None and _path(self.own, name).is_file()

    def file(self, name: str) -> ParameterFile | RetailFile:
        """One file, read and checked.

        Raises
        ------
        InputError
            If the name is odd or unknown (with the nearest known), or with every fault of the file.
        """
        if name not in self.read:
            if not NAME.match(name):
                raise InputError([Fault(path=repr(name), message=said(
                    "is not a name of the library; write words of a–z, 0–9 and _ with dots between; {known}",
                    "不是事实库的名称；应由 a–z、0–9 和 _ 组成的词以点相连；{known}", known=suggest(name, self.files()),
                ))])  # fmt: skip
            place = self._place(name)
            if place is None:
                message = said(
                    "not in the library; {known}", "事实库中没有；{known}", known=suggest(name, self.files())
                )
                raise InputError([Fault(path=name, message=message)])
            base, called = place
            reader = read_retail if name.startswith("retail.") else read_parameters
            self.read[name] = reader(_path(base, name), name, _path(Path(called), name).as_posix())
        return self.read[name]

    def names(self) -> tuple[str, ...]:
        """Names of all facts, those inside the retail tariffs included (this reads every file)."""
        return tuple(name for key in self.files() for name in self.names_of(key))

    def names_of(self, name: str) -> tuple[str, ...]:
        """Names of the facts of one file."""
        file = self.file(name)
        if isinstance(file, RetailFile):
            return retail_names(file)
        return tuple(parameter.name for parameter in file.parameters.values())

    def parameters(self, name: str) -> tuple[Parameter, ...]:
        """The parameters of one file: unit, title, the date that selects the value, the case field it defaults.

        Examples
        --------
        >>> found = {p.name: p for p in Library.open().parameters("technology.lfp")}
        >>> found["technology.lfp.depth_of_discharge"].target
        'storage.depth_of_discharge'
        """
        return tuple(self.parameter_file(name).parameters.values())

    def parameter_file(self, name: str) -> ParameterFile:
        """A file of parameters; a retail tariff is not one."""
        file = self.file(name)
        if isinstance(file, RetailFile):
            raise InputError([Fault(path=name, message=said(
                "is a retail tariff; ask for its prices instead", "是零售电价表；请查询它的电价"
            ))])  # fmt: skip
        return file

    def fact(self, name: str, asked: date) -> Fact:
        """The value of a parameter as of a date.

        Parameters
        ----------
        name
            Dotted name: the file's, then the parameter's.
        asked
            The project date that selects the value; which one is said by ``Parameter.dated_by``.

        Raises
        ------
        InputError
            If the name is unknown (with the nearest known), or of kind ``fact`` if no value is in force at the date.

        Examples
        --------
        >>> Library.open().fact("support.first_of_kind_insurance.premium_share", date(2014, 6, 1))
        Traceback (most recent call last):
        ...
        appraisal.errors.InputError: support.first_of_kind_insurance.premium_share: no value before 2015-01-01, asked for 2014-06-01
        """
        head, _, key = name.rpartition(".")
        file = self.parameter_file(head if NAME.match(name) else name)
        if key not in file.parameters:
            message = said(
                "no such parameter; {known}", "没有这个参数；{known}", known=suggest(key, list(file.parameters))
            )
            raise InputError([Fault(path=name, message=message)])
        fact = file.fact(key, asked)
        return overlay(fact, self.overlays[name]) if name in self.overlays else fact

    def overlaid(self, values: Mapping[str, Any]) -> Library:
        """The same library with facts replaced: a what-if, which each such fact says of itself.

        Raises
        ------
        InputError
            With every name that is not a fact of the library.

        Examples
        --------
        >>> what_if = Library.open().overlaid({"tax.national.income_tax": 0.15})
        >>> fact = what_if.fact("tax.national.income_tax", date(2026, 1, 1))
        >>> fact.value, fact.replaced, fact.source.key
        (0.15, 0.25, 'overlay')
        """
        faults = []
        for name in values:
            try:
                known = self.names_of(self.file_of(name))
            except InputError as error:
                faults += list(error.faults)
                continue
            if name not in known:
                message = said("no such fact; {known}", "没有这个参数；{known}", known=suggest(name, known))
                faults.append(Fault(path=f"overlays.{name}", message=message))
        if faults:
            raise InputError(faults)
        return replace(self, overlays=MappingProxyType({**self.overlays, **values}))

    def file_of(self, name: str) -> str:
        """The file that a fact's name begins with; the name less its last word if there is none."""
        inside = [key for key in self.files() if name.startswith(f"{key}.")]
        return max(inside, key=len) if inside else name.rpartition(".")[0] or name

    def retail(
        self,
        name: str,
        *,
        start: date,
        voltage: str,
        parts: str,
        user_class: str | None = None,
        zone: str | None = None,
        user: str = "agent",
        purchased_energy_yuan_per_kwh: float | None = None,
    ) -> RetailYear:
        """Retail prices of the twelve months from *start* on.

        Parameters
        ----------
        name
            Dotted name of the tariff: ``retail.zhejiang``.
        start
            Any day of the first month of the appraisal year.
        voltage
            Connection voltage in the tariff's words or a common one: ``10kV``.
        parts
            ``one`` (energy only) or ``two`` (energy and a basic charge).
        user_class
            A class that the ratios tell apart; by default the tariff's own default for *parts*.
        zone
            Price zone, where the province has them.
        user
            ``agent`` buys through the grid company; ``direct`` trades in the market.
        purchased_energy_yuan_per_kwh
            The user's own purchase price, incl. VAT, in place of the published one.

        Returns
        -------
        RetailYear
            A published month as published; a later one from the same month of the latest twelve if that was published
            under the rule then in force and can carry the transmission price then in force, else from the latest
            month; the months say which, and that they are estimates.

        Raises
        ------
        InputError
            If a word is unknown (with the nearest known); if direct traders have no set bands at the date; of kind
            ``fact`` if a month has no rule, or no price was published and none is stated.

        Notes
        -----
        price = ratio * floating + fixed; what floats is a rule of each province. Sources: the file's own.

        Examples
        --------
        >>> year = Library.open().retail("retail.zhejiang", start=date(2026, 8, 1), voltage="10kV", parts="two")
        >>> {letter: round(price, 6) for letter, price in year.prices[7].items()}["s"]
        1.129383
        >>> year.months[7].estimate, year.months[8].taken.isoformat()
        (False, '2026-08-01')
        """
        file = self.retail_file(name)
        self.refuse_direct(name, user, start)
        return retail_year(
            file,
            start=start,
            voltage=voltage,
            parts=parts,
            user_class=user_class,
            zone=zone,
            user=user,
            purchased_energy=purchased_energy_yuan_per_kwh,
            holiday=self.holiday,
            overlays=self.overlays,
        )

    def retail_file(self, name: str) -> RetailFile:
        """A retail tariff, or an error that lists those there are."""
        known = name in self.read or self.has(name)
        if not (known and name.startswith("retail.")):
            files = [key for key in self.files() if key.startswith("retail.")]
            message = said(
                "no retail tariff {name!r}; {known}",
                "没有名为 {name!r} 的电价表；{known}", name=name, known=suggest(name, files)
            )  # fmt: skip
            raise InputError([Fault(path="market.tariff", message=message)])
        file = self.file(name)
        if not isinstance(file, RetailFile):
            raise InputError([Fault(path="market.tariff", message=said(
                "{name} is no retail tariff", "{name} 不是零售电价表", name=name
            ))])  # fmt: skip
        return file

    def holiday(self, key: str, month: date) -> Fact:
        """The days of a holiday as the calendar of the month's year has them."""
        return self.fact(f"{HOLIDAYS}.{key}", month)

    def refuse_direct(self, name: str, user: str, start: date) -> None:
        """Direct traders have no set bands from the rule's date on: a year that reaches it is refused."""
        if user not in USERS:
            message = said(
                "{user!r} is unknown; {known}", "{user!r} 不是可选的值；{known}", user=user, known=suggest(user, USERS)
            )
            raise InputError([Fault(path="market.user", message=message)])
        if user == "agent":
            return
        fact = self.fact(DIRECT_RULE, date(start.year + (start.month + 10) // 12, (start.month + 10) % 12 + 1, 1))
        if not fact.value:
            message = said(
                "{name} has no set bands for a user that trades directly from {day} on ({cite}; {rule}); take agent, or a price series",
                "{name}：自 {day} 起，直接参与市场交易的用户不再有固定分时电价（依据见 {rule}）；请选 agent，或给出电价序列",
                name=name, day=fact.holds_from, cite=fact.source.cite, rule=DIRECT_RULE
            )  # fmt: skip
            raise InputError([Fault(path="market.user", message=message)])

    def grid_charges(self, name: str, start: date, *, voltage: str, zone: str | None = None) -> GridCharges:
        """Loss, system operation and the one-part transmission price that grid-side charging pays.

        Parameters
        ----------
        name, start, voltage, zone
            As for :meth:`retail`; the months follow the same rule.

        Raises
        ------
        InputError
            Of kind ``fact`` where no one-part transmission price is known.

        Notes
        -----
        net = discharge * (sale + td) - charge * (purchase + loss + system + td). Source: 发改价格〔2026〕114号, 四.

        Examples
        --------
        >>> charges = Library.open().grid_charges("retail.zhejiang", date(2026, 8, 1), voltage="110kV")
        >>> charges.loss[7], charges.single_part_transmission[7]
        (0.009709, 0.15)
        """
        return grid_charges(self.retail_file(name), start=start, voltage=voltage, zone=zone, overlays=self.overlays)


def _path(base: Path, name: str) -> Path:
    """Where a file of this name lies in a folder."""
    return Path(base, *name.split(".")).with_suffix(".yaml")
