"""Years in words: runs of them shortened."""

from __future__ import annotations

from collections.abc import Sequence

_BETWEEN = {"zh": "、", "en": ", "}


def years_said(years: Sequence[int], lang: str) -> str:
    """Years in their order, runs of them as their first and last.

    Examples
    --------
    >>> years_said([3, 4, 5, 9], "en"), years_said([3, 4, 9], "zh")
    ('3–5, 9', '3–4、9')
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return _BETWEEN[lang].join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
