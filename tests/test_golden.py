"""Nothing moved unseen: the results of the ready cases as they were last reviewed.

These numbers are our own code's, never an oracle. ``pytest tests/test_golden.py --update-golden`` rewrites them; read
the difference before it is committed, and say in the README's changes which results moved, by how much and why.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appraisal import appraise, load_case, scenario_path
from appraisal.scenario import scenario_names

GOLDEN = Path(__file__).parent / "golden"
LINES = (
    "project_net",
    "equity_net",
    "revenue",
    "operating_cost",
    "vat_paid",
    "income_tax",
    "loan.closing",
    "loan_p1.closing",
    "loan_p2.closing",
    "vat_pool",
    "dscr",
)


def _found(name: str) -> dict[str, object]:
    result = appraise(load_case(scenario_path(name)))
    return {
        "metrics": {
            key: float(metric.value[0]) if metric.status[0] == "ok" else None for key, metric in result.metrics.items()
        },
        "lines": {
            key: [float(value) for value in result.statements[key][0]] for key in LINES if key in result.statements
        },
        "discharged_mwh": [float(value) for value in result.operation.discharged_mwh[0]],
    }


@pytest.mark.parametrize("name", scenario_names())
def test_ready_case_gives_what_it_gave(name: str, request: pytest.FixtureRequest) -> None:
    """To 1e-9 of each figure; a line's cell to 1e-6 yuan where it is near zero."""
    file = GOLDEN / f"{name}.json"
    found = _found(name)
    if request.config.getoption("--update-golden"):
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(file.read_text(encoding="utf-8"))
    for key, value in found["metrics"].items():  # type: ignore[attr-defined]
        assert kept["metrics"][key] == (None if value is None else pytest.approx(value, rel=1e-9)), key
    assert kept["discharged_mwh"] == pytest.approx(found["discharged_mwh"], rel=1e-9)
    for key, values in found["lines"].items():  # type: ignore[attr-defined]
        assert kept["lines"][key] == pytest.approx(values, rel=1e-9, abs=1e-6), key
