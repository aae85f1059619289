"""The bands of a time-of-use tariff: one colour each, dear to cheap, that survives both themes and colour blindness.

From orange over grey to blue, so that no common colour blindness takes two for one; the name stands in the band all the
same. The colours are laid thinly on the paper, so that light and dark pages share them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import altair as alt

from appraisal.library.types import LETTERS
from appraisal.report.charts.words import pick

COLOURS = {"s": "#C2410C", "p": "#E69F00", "f": "#8A949E", "v": "#56B4E9", "d": "#0B5FA5"}
OPACITY = {"s": 0.36, "p": 0.28, "f": 0.12, "v": 0.20, "d": 0.34}
# One sign where the band is narrow.
_SHORT = {
    "s": ("尖", "S"), "p": ("峰", "P"), "f": ("平", "F"), "v": ("谷", "V"), "d": ("深", "D"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Band:
    """One stretch of a day in one band: its letter, hour of day from and to."""

    letter: str
    begin: float
    end: float


def name(letter: str, lang: str) -> str:
    """The name of a band.

    Examples
    --------
    >>> name("s", "zh"), name("d", "en")
    ('尖峰', 'deep valley')
    """
    return pick(lang, *LETTERS[letter])


def short(letter: str, lang: str) -> str:
    """One sign for a band."""
    return pick(lang, *_SHORT[letter])


def bands_of(letters: Sequence[str], step_hours: float) -> Iterator[Band]:
    """The stretches of a day.

    Examples
    --------
    >>> [(one.letter, one.begin, one.end) for one in bands_of("vvpp", 6.0)]
    [('v', 0.0, 12.0), ('p', 12.0, 24.0)]
    """
    begin = 0
    for place in range(1, len(letters) + 1):
        if place == len(letters) or letters[place] != letters[begin]:
            yield Band(letter=letters[begin], begin=begin * step_hours, end=place * step_hours)
            begin = place


def scales(lang: str) -> tuple[alt.Scale, alt.Scale]:
    """Colour and opacity by the name of a band."""
    names = [name(letter, lang) for letter in LETTERS]
    colours, opacities = [COLOURS[letter] for letter in LETTERS], [OPACITY[letter] for letter in LETTERS]
    return alt.Scale(domain=names, range=colours), alt.Scale(domain=names, range=opacities)


def key(letters: Sequence[str], lang: str) -> str:
    """What the signs of the bands that are there mean, dearest first; nothing where there are none.

    Examples
    --------
    >>> key("vvffp", "en")
    'P peak, F flat, V valley'
    """
    there = [letter for letter in LETTERS if letter in letters]
    return pick(lang, "、", ", ").join(f"{short(letter, lang)} {name(letter, lang)}" for letter in there)
