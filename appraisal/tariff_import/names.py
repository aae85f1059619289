"""Who a row means: voltages, classes and zones as people call them, in the keys of the area's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.library.retail_types import RetailFile
from appraisal.tariff_import.filled import Filled, Record, filled_rows
from appraisal.tariff_import.words import plain

SCOPE = ("parts", "voltages", "classes", "zones")


@dataclass(frozen=True)
class Names:
    """Every name of an area's voltages, classes and zones, in small letters -> key."""

    known: Mapping[str, Mapping[str, str]]

    def scope(self, record: Record) -> dict[str, tuple[str, ...]]:
        """To whom a row applies; a dimension that it leaves empty is left out.

        Raises
        ------
        InputError
            With every word of the row that names nothing of the area.
        """
        faults: list[Fault] = []
        found: dict[str, tuple[str, ...]] = {}
        for key in SCOPE:
            held = record.get(key)
            given = (held,) if isinstance(held, str) else tuple(held or ())
            table = self.known.get(key)
            if table is not None:
                faults += [
                    record.fault(said(
                        "the area has no {word!r}; {hint}", "该地区没有 {word!r}；{hint}", word=word, hint=suggest(plain(word), sorted(table))
                    ), key) for word in given if plain(word) not in table
                ]  # fmt: skip
                given = tuple(table[plain(word)] for word in given if plain(word) in table)
            if given:
                found[key] = given
        if faults:
            raise InputError(faults)
        return found


def names_of_file(file: RetailFile) -> Names:
    """The names of an area that the library has."""
    voltages = {plain(word): key for word, key in file.aliases.items()}
    voltages |= {plain(title): key for key, words in file.voltages.items() for title in (words.zh, words.en)}
    classes = {plain(name): key for key, held in file.classes.items() for name in (key, held.title.zh, held.title.en)}
    zones = {plain(name): key for key, held in file.zones.items() for name in (key, held.title.zh, held.title.en)}
    return Names({"voltages": voltages, "classes": classes, "zones": zones})


def names_of_sheets(filled: Filled) -> Names:
    """The names of an area that the file describes."""
    return Names({
        sheet: {
            plain(name): record.get("key")
            for record in filled_rows(filled, sheet) if record.get("key")
            for name in (record.get("key"), record.get("zh"), record.get("en"), *(record.get("also") or ())) if name
        }
        for sheet in ("voltages", "classes", "zones")
    })  # fmt: skip
