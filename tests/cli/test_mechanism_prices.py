"""Every command of docs/regulated_prices.md runs as written, in Chinese too; exit codes; files of a folder."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from appraisal.cli.commands import app

DOC = "docs/regulated_prices.md"
FENCE = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the files that the page names."""
    shutil.copytree(root / "scenarios/regulated", tmp_path / "scenarios/regulated")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words: list[str]) -> int:
    return int(app(words, standalone_mode=False) or 0)


def test_commands_of_the_page_run(root: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each leaves with 0; the storage charge writes its ledger of 16 years and says that it is a counterfactual."""
    lines = [line for block in FENCE.findall((root / DOC).read_text(encoding="utf-8")) for line in block.splitlines()]
    assert len(lines) == 8
    for line in lines:
        assert run(shlex.split(line)[1:]) == 0, line
        told = capsys.readouterr()
        if "storage_charge" in line:
            assert "counterfactual" in told.err
        if "--json" in line:
            assert json.loads(told.out)["tables"]["price"]
    ledger = (folder / "storage_charge/station_ledger.csv").read_text(encoding="utf-8-sig")
    assert "Year 15" in ledger.splitlines()[0]


def test_check_that_fails_leaves_with_seven(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A valley of 0.7 of the flat price: 2.0/0.7 is below 4 : 1; told in Chinese without an English sentence."""
    path = folder / "scenarios/regulated/wider_spread.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"customers:.*", "", text.replace("v: 0.33", "v: 0.7"), flags=re.DOTALL), encoding="utf-8")
    assert run(["mechanism", "check", str(path), "--lang", "zh"]) == 7
    assert "不满足" in capsys.readouterr().out
