"""Text of the charts can be read on its paper in both themes."""

from __future__ import annotations

import pytest

from appraisal.report.charts.theme import paint, theme

# WCAG 2.2, 1.4.3 (text, level AA) and 1.4.11 (lines that carry meaning).
TEXT, LINE = 4.5, 3.0


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_guideline() -> None:
    """Black on white is 21; #777777 on white is 4.48, the grey that WebAIM's checker prints as just too light."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("dark", [False, True])
def test_text_of_charts_stands_out_from_its_paper(dark: bool) -> None:
    """Every role whose name says that it is a label, titles, axes and legends, each on what it is drawn on."""
    on, made = paint(dark=dark), theme(dark=dark)
    styles = {name: style for name, style in made["style"].items() if name.endswith("-label")}
    found = {name: contrast(style["color"], on.paper) for name, style in styles.items() if name != "cell-label"}
    found |= {
        "title": contrast(made["title"]["color"], on.paper),
        "subtitle": contrast(made["title"]["subtitleColor"], on.paper),
    }
    for guide in ("axis", "legend"):
        found |= {f"{guide} {part}": contrast(made[guide][part], on.paper) for part in ("labelColor", "titleColor")}
    found |= {f"cell {colour}": contrast(styles["cell-label"]["color"], colour) for colour in on.diverging}
    assert len(found) > 12
    assert {name: ratio for name, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_lines_and_the_ring_of_the_keyboard_stand_out(dark: bool) -> None:
    """Lines of the first two series, the hurdle and what has the focus of the keyboard."""
    on = paint(dark=dark)
    assert {
        colour: ratio for colour in (*on.category[:2], on.hurdle) if (ratio := contrast(colour, on.paper)) < LINE
    } == {}
