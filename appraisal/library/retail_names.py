"""Names of the facts inside a retail tariff, so that an overlay can be checked before it is used."""

from __future__ import annotations

from appraisal.library.retail_types import MONTHLY, RetailFile, Rule


def retail_names(file: RetailFile) -> tuple[str, ...]:
    """Every name that a reading of the tariff may record, sorted."""
    keys = {"rule", "funds"}
    keys |= {f"ratio.{letter}" for rule in file.rules.values() for row in rule.ratios for letter in row.by_letter}
    if any(word.what == "ratios" for word in file.absent):
        keys |= {f"ratio.{letter}" for rule in file.rules.values() for letter in _letters(rule)}
    keys |= {word.what for word in file.absent if word.what in MONTHLY}
    keys |= {key for row in file.months for key in row.values}
    keys |= {f"zone.{zone}" for zone in file.zones}
    for table in file.transmission.values():
        keys |= {f"transmission.one.{voltage}" for voltage in table.one}
        keys |= {f"transmission.two.{voltage}.{key}" for voltage, row in table.two.items() for key in row}
    return tuple(sorted(f"{file.name}.{key}" for key in keys))


def _letters(rule: Rule) -> set[str]:
    """Every letter that a day under the rule can show."""
    maps = [*rule.periods.values(), *(letters for own in rule.periods_of for letters in own.periods.values())]
    return {letter for letters in maps for letter in letters} | {overlay.letter for overlay in rule.overlays}
