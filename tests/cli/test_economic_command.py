"""``appraisal economic``: text in both languages, JSON that adds up, a table as CSV, refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest


def test_json_adds_up_and_names_the_source_of_the_rate(command: Any) -> None:
    """Goods + benefits + what the host keeps − costs = net, each year; ENPV is Σ net/1.08ᵗ, column 1 as t = 1 (definition)."""
    ran = command("economic", "zhejiang_user_lfp", "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert (found["schema"], found["social_discount_rate"]) == ("economic/1", 0.08)
    assert found["source"]["fact"] == "finance.national.social_discount_rate"
    gained = [line for group in ("goods", "benefits", "kept") for line in found[f"{group}_yuan"].values()]
    spent = list(found["costs_yuan"].values())
    sums = [sum(line[year] for line in gained) - sum(line[year] for line in spent) for year in range(len(found["net_yuan"]))]  # fmt: skip
    assert found["net_yuan"] == pytest.approx(sums)
    assert found["enpv_yuan"] == pytest.approx(sum(net / 1.08 ** (year + 1) for year, net in enumerate(sums)))
    assert found["kept_yuan"]["arbitrage"][1] > 0.0
    assert "shadow prices" in ran.err
    assert "paid by a fee" not in ran.err
    assert "capacity does for the system is paid by a fee" in command("economic", "hainan_grid_lfp").err


def test_text_and_csv_in_chinese(command: Any, tmp_path: Path) -> None:
    """Labels are Chinese; the file has the years as columns and keeps what is there."""
    file = tmp_path / "economic.csv"
    ran = command("economic", "contract_schedule", "--lang", "zh", "--rate", "0.06", "-o", str(file))
    assert ran.code == 0
    assert "社会折现率" in ran.out
    assert "6.00%（用户给定）" in ran.out
    for english in ("Cost", "Benefit", "stated", "yuan"):
        assert english not in ran.out
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[-1]["类别"] == "净效益"
    assert float(rows[-1]["合计"]) == pytest.approx(
        sum(float(value) for key, value in rows[-1].items() if key.isdigit())
    )
    again = command("economic", "contract_schedule", "-o", str(file))
    assert again.code == 3
    assert "exists already" in again.err


def test_no_rate_of_return_is_told_and_json_has_null(command: Any) -> None:
    """Nothing is paid for a good: the net is negative in every year."""
    nothing = ("--set", "revenue.contract.paid_by=treasury", "--set", "capital.residual_share=0", "--set", "finance.working_capital_yuan_per_kw=0", "--set", "capital.land_yuan=0")  # fmt: skip
    ran = command("economic", "contract_schedule", "--json", *nothing)
    assert ran.code == 0
    found = json.loads(ran.out)
    assert found["goods_yuan"] == {}
    assert found["eirr"]["value"] is None
    assert found["eirr"]["note"]


def test_other_file_names_and_rates_are_refused(command: Any, tmp_path: Path) -> None:
    """The file is CSV and says so; a rate is a number."""
    ran = command("economic", "contract_schedule", "--lang", "zh", "-o", str(tmp_path / "economic.txt"))
    assert ran.code == 3
    assert "文件名应以 .csv 结尾" in ran.err
    odd = command("economic", "contract_schedule", "--rate", "nan")
    assert odd.code == 2
