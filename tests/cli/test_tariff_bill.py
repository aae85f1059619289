"""``appraisal tariff bill`` on a flat load, worked out by hand, and on a real URDB file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from appraisal.cli.tariff import app

# Zhejiang, August 2026, 1–10 kV two-part, as printed: sharp, peak, flat, valley; demand 47.2 (发改价格〔2026〕1077号).
PRINTED = {"s": 1.129383, "p": 1.034247, "f": 0.629919, "v": 0.344511}
# Hours of the bands in August, 浙发改价格〔2026〕112号: vvvv vvvf fffv vvff ppss sspf.
HOURS = {"s": 4, "p": 3, "f": 7, "v": 10}


def billed(tmp_path: Path, load: str, *options: str) -> Result:
    (tmp_path / "load.csv").write_text(load, encoding="gbk")
    return CliRunner().invoke(
        app, ["bill", "retail.zhejiang", "--load", str(tmp_path / "load.csv"), "--from", "2026-08", *options]
    )


def day(kw: float) -> str:
    return "时间,负荷（千瓦）\n" + "".join(f"{hour}:00,{kw}\n" for hour in range(24))


def test_month_of_a_flat_load_is_the_sum_by_hand(tmp_path: Path) -> None:
    """1,000 kW for 31 days of August and a demand of 1,000 kW; 744,000 kWh on 5,000 kVA stay below 260 kWh/kVA."""
    found = billed(tmp_path, day(1000.0), "--kva", "5000", "-o", str(tmp_path / "bill.csv"))
    assert found.exit_code == 0, found.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "bill.csv").read_text(encoding="utf-8-sig"))))
    assert [row["month"] for row in rows[:2]] == ["2026-08", "2026-09"]
    energy = sum(PRINTED[letter] * hours for letter, hours in HOURS.items()) * 1000.0 * 31
    # Prices are printed to 1e-6: half of that on 744,000 kWh.
    assert float(rows[0]["total (yuan)"]) == pytest.approx(energy + 47.2 * 1000.0, abs=0.4)
    assert float(rows[0]["basic charge"]) == pytest.approx(47200.0, abs=1e-9)
    assert rows[-1]["month"] == "year"
    assert float(rows[-1]["kWh"]) == pytest.approx(8_760_000.0)
    assert "steps of 60 min understate it" in found.stderr.replace("minutes understate", "min understate")
    assert "11 of 12 months stand at an estimate" in found.stderr


def test_discount_of_a_high_use_and_the_contract_mode(tmp_path: Path) -> None:
    """744,000 kWh on 2,000 kVA is above 260 kWh/kVA: 0.9 × 47.2; a contract of 900 kW: 47.2 × 0.9 × (900 + 2 × 55)."""
    actual = billed(tmp_path, day(1000.0), "--kva", "2000")
    assert "42,480.00" in actual.stdout
    contract = billed(tmp_path, day(1000.0), "--kva", "2000", "--mode", "contract", "--contract", "900")
    assert f"{47.2 * 0.9 * (900 + 2 * 55):,.2f}" in contract.stdout


@pytest.mark.parametrize(
    ("load", "options", "expected"),
    [
        (day(1000.0), (), "a two-part tariff needs the capacity of the transformers"),
        ("时间,负荷（千瓦）\n" + "".join(f"2026-08-0{d} {h}:00,5\n" for d in (1, 2) for h in range(24)), ("--kva", "1"), "2 days; a bill needs"),
        (day(1000.0).replace("1000.0", "many", 1), ("--kva", "1"), "many"),
    ],
)  # fmt: skip
def test_what_cannot_be_billed_is_told(tmp_path: Path, load: str, options: tuple[str, ...], expected: str) -> None:
    found = billed(tmp_path, load, *options)
    assert expected in str(found.exception)


def test_urdb_tariff_bills_energy_and_a_fixed_charge(tmp_path: Path) -> None:
    """0.1 $/kWh and 10 $ a month on 1 kW: 74.4 + 10 in January, 876 + 120 in the year, by hand."""
    made = {
        "label": "x", "name": "flat", "utility": "none", "energyratestructure": [[{"rate": 0.1, "unit": "kWh"}]],
        "energyweekdayschedule": [[0] * 24] * 12, "energyweekendschedule": [[0] * 24] * 12,
        "fixedchargefirstmeter": 10.0, "fixedchargeunits": "$/month",
    }  # fmt: skip
    (tmp_path / "flat.json").write_text(json.dumps(made), encoding="utf-8")
    (tmp_path / "load.csv").write_text("kW\n" + "1\n" * 8760, encoding="utf-8")
    found = CliRunner().invoke(app, ["bill", str(tmp_path / "flat.json"), "--load", str(tmp_path / "load.csv")])
    assert found.exit_code == 0, found.stderr
    assert found.stdout.splitlines()[1].split()[-1] == "84.40"
    assert found.stdout.splitlines()[-1].split()[-1] == "996.00"
    assert "US dollars" in found.stderr
