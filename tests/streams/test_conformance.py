"""The laws of every stream over a part of the streams, and what is proved once; a new file in ``streams/`` needs no change here.

The streams are dealt out over three files of tests, because a file is what one worker runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from drawn_cases import NAMES
from laws_of_streams import *  # noqa: F403
from strategies import made, merged, plant

import appraisal.streams
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.streams import stream, stream_names

STREAMS = NAMES[0::3]


def test_conformance_finds_every_file_of_the_folder() -> None:
    """Every stream of the product is under test."""
    assert {"arbitrage", "capacity", "first_of_kind_insurance", "frequency_regulation", "schedule"} <= set(NAMES)


def test_stream_claims_beyond_all_power_are_refused() -> None:
    """Two services that set aside more than the whole plant in some hour are an error with the share."""
    regulation = {
        "price_cap_yuan_per_mw": 15, "power_share": 0.6, "mileage_mw_per_mw_hour": 6, "performance": 1, "price_yuan_per_mw": 5,
    }  # fmt: skip
    raw = merged(plant(), {"revenue": {
        "one": {"stream": "frequency_regulation", "hours": "08:00-12:00", **regulation},
        "two": {"stream": "frequency_regulation", "hours": "11:00-14:00", **regulation},
    }})  # fmt: skip
    with pytest.raises(InputError, match=r"1\.2 of the rated power"):
        dispatch(made(raw))
    raw["revenue"]["two"]["hours"] = "12:00-14:00"
    assert dispatch(made(raw)).charged_mwh.any()


def test_stream_file_dropped_into_the_folder_is_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is a stream by its name, found without touching any list."""
    text = (Path(appraisal.streams.__file__).parent / "schedule.py").read_text(encoding="utf-8")
    (tmp_path / "windfall.py").write_text(text.replace('title="schedule"', 'title="windfall"'), encoding="utf-8")
    monkeypatch.setattr(appraisal.streams, "__path__", [*appraisal.streams.__path__, str(tmp_path)])
    stream_names.cache_clear()
    try:
        assert stream("windfall").title == "windfall"
        raw = merged(
            plant(),
            {"revenue": {"gift": {"stream": "windfall", "paid_by": "treasury", "income_yuan": 7.0, "vat_rate": 0}}},
        )
        assert appraisal.appraise(made(raw)).statements["gift.revenue"][0, -1] == 7.0
    finally:
        stream_names.cache_clear()
        sys.modules.pop("appraisal.streams.windfall", None)
