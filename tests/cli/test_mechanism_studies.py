"""The commands of mechanism studies: text, JSON, files, evidence packs, exit codes, both languages."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appraisal.cli.commands import app
from appraisal.errors import InputError, IntegrityError
from appraisal.report.mechanism.pack import opened
from appraisal.report.zips import zipped

RUN = CliRunner()


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evidence pack of one mechanism of a ready study."""
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    found = RUN.invoke(
        app,
        [
            "mechanism",
            "require",
            "first_of_kind_storage",
            "--share",
            "0.05",
            "-m",
            "compensation",
            "-o",
            str(path),
            "--lang",
            "zh",
        ],
    )
    assert found.exit_code == 0, found.output
    return path


def test_run_prints_json_with_seed_versions_and_every_level() -> None:
    """Schema, where it comes from, a row for each level and a remark on what is no rule in force."""
    found = RUN.invoke(app, ["mechanism", "run", "first_of_kind_storage", "-m", "grant", "--json"])
    told = json.loads(found.stdout)
    assert told["schema"] == "mechanism/1"
    assert told["source"]["seed"] == 80
    assert len(told["source"]["inputs_sha256"]) == 64
    assert [row["Level"] for row in told["tables"]["built"]] == [0, 50, 100, 200, 400, 600, 800, 1000, 1200]
    assert any("what-if" in remark for remark in told["remarks"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_frontier_writes_tables_and_charts(tmp_path: Path, lang: str) -> None:
    """Tables, JSON and the picture in a folder; text in one language on stdout."""
    folder = tmp_path / "out"
    found = RUN.invoke(
        app,
        [
            "mechanism",
            "frontier",
            "first_of_kind_storage",
            "-m",
            "grant",
            "--steps",
            "2",
            "-o",
            str(folder),
            "--charts",
            "svg",
            "--lang",
            lang,
        ],
    )
    assert found.exit_code == 0, found.output
    assert {path.name for path in folder.iterdir()} == {
        "required.csv",
        "projects.csv",
        "facts.csv",
        "frontier.svg",
        "mechanism_required.json",
    }
    assert ("投资补助" in found.stdout) is (lang == "zh")
    assert ("Capital grant" in found.stdout) is (lang == "en")


def test_list_names_the_ready_studies() -> None:
    """Names and titles."""
    found = RUN.invoke(app, ["mechanism", "list", "--lang", "zh"])
    assert "grid_lfp_support" in found.stdout
    assert "抽水蓄能" in found.stdout


def test_pack_holds_inputs_facts_results_and_the_command(pack: Path) -> None:
    """All that another person needs, each file with its hash."""
    files = opened(pack)
    assert {
        "study.yaml",
        "cases/demonstration/case.yaml",
        "command.json",
        "results/required.csv",
        "results/projects.csv",
        "results/facts.csv",
        "results/result.json",
        "README.txt",
        "manifest.json",
    } == set(files)
    made = json.loads(files["manifest.json"])
    assert set(made["files"]) == set(files) - {"manifest.json"}
    assert (
        json.loads(files["command.json"])["words"]
        == "appraisal mechanism require study.yaml --mechanism compensation --share 0.05 --lang zh"
    )
    assert "财建" in files["results/facts.csv"].decode("utf-8-sig") or "工信部" in files["results/facts.csv"].decode(
        "utf-8-sig"
    )


def test_pack_is_made_again_bit_for_bit(pack: Path) -> None:
    """One command, from another folder and whatever the files were called before."""
    found = RUN.invoke(app, ["mechanism", "reproduce", str(pack)])
    assert found.exit_code == 0, found.output
    assert "9 files, the same bit for bit" in found.stdout


def test_pack_with_another_figure_fails(pack: Path, tmp_path: Path) -> None:
    """A result that was changed is named (exit code 7), and so is every result of a study that was."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    forged = tmp_path / "forged.zip"
    forged.write_bytes(
        zipped({**files, "results/required.csv": files["results/required.csv"].replace(b"0.05", b"0.06")})
    )
    found = RUN.invoke(app, ["mechanism", "reproduce", str(forged)])
    assert isinstance(found.exception, IntegrityError)
    assert found.exception.exit_code == 7
    assert "1 of 9 files differ: results/required.csv" in str(found.exception)
    forged.write_bytes(zipped({**files, "study.yaml": files["study.yaml"].replace(b"weight: 1", b"weight: 2")}))
    assert isinstance(RUN.invoke(app, ["mechanism", "reproduce", str(forged)]).exception, IntegrityError)


@pytest.mark.parametrize("broken", [b"no zip", zipped({"a.txt": b"a"}), zipped({"../study.yaml": b"a"})])
def test_what_is_no_pack_is_refused(tmp_path: Path, broken: bytes) -> None:
    """Exit code 3: damaged, without its files, or with a name that leads out."""
    path = tmp_path / "broken.zip"
    path.write_bytes(broken)
    found = RUN.invoke(app, ["mechanism", "reproduce", str(path)])
    assert isinstance(found.exception, InputError)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["run", "grid_lfp"], "did you mean 'grid_lfp_support'"), (["require", "first_of_kind_storage", "-m", "grnt"], "did you mean 'grant'"), (["require", "first_of_kind_storage", "--mix", "grant"], "--mix"), (["run", "demonstration_candidates"], "states no mechanism"), (["require", "grid_lfp_support", "--share", "0"], "share above 0")],
)  # fmt: skip
def test_what_was_asked_wrongly_is_told(arguments: list[str], words: str) -> None:
    """An unknown study, an unknown mechanism, no pair, nothing to run, no share."""
    found = RUN.invoke(app, ["mechanism", *arguments])
    assert isinstance(found.exception, InputError)
    assert words in str(found.exception)
