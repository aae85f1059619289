"""The built wheel carries the library and the ready cases, and runs from another folder with the checkout's result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from appraisal.scenario import scenario_names


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the checkout's own backend, without a download."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(root)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as pip installs it, dependencies aside."""
    folder = tmp_path_factory.mktemp("installed")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        str(folder),
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder


def test_wheel_carries_every_fact_and_every_ready_case(root: Path, wheel: Path) -> None:
    """The same files, byte for byte, and nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for folder in ("tariffs", "scenarios"):
            expected = {
                path.relative_to(root).as_posix(): path.read_bytes() for path in (root / folder).rglob("*.yaml")
            }
            found = {
                name.removeprefix("appraisal/_data/"): archive.read(name)
                for name in names
                if name.startswith(f"appraisal/_data/{folder}/")
            }
            assert found == expected
            assert expected
        shipped = (root / ".streamlit" / "config.toml").read_bytes()
        assert archive.read("appraisal/_data/.streamlit/config.toml") == shipped
    pages = {path.relative_to(root).as_posix() for path in (root / "appraisal" / "app").rglob("*.py")}
    assert pages <= set(names)
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]
    assert not [name for name in names if "__pycache__" in name]


def test_wheel_names_its_command_and_licence(wheel: Path) -> None:
    """``appraisal`` is installed as a command; the licence travels along."""
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.rpartition("/")[2]: archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "appraisal = appraisal.cli:main" in texts["entry_points.txt"]
    assert "License-Expression: Apache-2.0" in texts["METADATA"]
    assert "Apache License" in texts["LICENSE"]


@pytest.mark.parametrize("case", ["zhejiang_user_lfp", "contract_schedule"])
def test_installed_package_runs_from_another_folder_with_the_same_result(
    installed: Path, tmp_path: Path, command: Any, case: str
) -> None:
    """JSON equal to the checkout's to the last digit; the data come from the wheel."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    where = "import appraisal, appraisal.library as library; print(appraisal.__file__); print(library.data_root())"
    places = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert places == [str(installed / "appraisal" / "__init__.py"), str(installed / "appraisal" / "_data")]
    ran = subprocess.run(
        [sys.executable, "-m", "appraisal", "run", case, "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == json.loads(command("run", case, "--json").out)


def test_installed_front_end_draws_its_first_page(installed: Path, tmp_path: Path) -> None:
    """The script that ``appraisal app`` serves, from the wheel, with its six ready cases."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    code = (
        "from streamlit.testing.v1 import AppTest; import appraisal.app as app; from pathlib import Path;"
        "page = AppTest.from_file(str(Path(app.__file__).parent / 'session' / 'page.py'), default_timeout=120).run();"
        "print(page.title[0].value, len([one for one in page.button if str(one.key).startswith('open_')]), len(page.exception))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-3:] == ["储能项目投资评价", str(len(scenario_names())), "0"]
