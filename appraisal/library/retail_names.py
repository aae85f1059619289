"""Names of the facts inside a retail tariff, so that an overlay can be checked before it is used."""

from __future__ import annotations

from appraisal.library.retail_types import RetailFile


def retail_names(file: RetailFile) -> tuple[str, ...]:
    """Every name that a reading of the tariff may record, sorted."""
    keys = {"rule", "funds"}
    keys |= {f"ratio.{letter}" for rule in file.rules.values() for row in rule.ratios for letter in row.by_letter}
    keys |= {key for row in file.months for key in row.values}
    keys |= {f"zone.{zone}" for zone in file.zones}
    for table in file.transmission.values():
        keys |= {f"transmission.one.{voltage}" for voltage in table.one}
        keys |= {f"transmission.two.{voltage}.{key}" for voltage, row in table.two.items() for key in row}
    return tuple(sorted(f"{file.name}.{key}" for key in keys))
