"""Every command and every Python block of the README works as written.

The README's ``appraisal …`` lines run in this process, in order, in one folder that holds nothing but the ready cases and the
library; lines that set up an environment (``python3 -m venv … && …``) are run by the checkout's own test driver, and
what they run of ``appraisal`` at the end is run here.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = ("bash", "sh", "shell", "console")
# How an environment is made and filled before a command runs: not this test's to run.
SETUP = re.compile(r"^(python3? -m venv|(\S*/)?pip install|git clone|cd |(\S*/)?python3? -m pytest|export |source )")


def blocks(text: str, languages: tuple[str, ...]) -> Iterator[str]:
    """The content of the fenced blocks of some languages."""
    for found in FENCE.finditer(text):
        if found.group(1) in languages:
            yield found.group(2)


def commands(text: str) -> tuple[list[list[str]], list[str]]:
    """Words after ``appraisal`` of every command in the shell blocks, and the parts that are not understood."""
    found, strange = [], []
    for block in blocks(text, SHELLS):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|;", line.split(" #")[0].removeprefix("$ ")):
                words = shlex.split(part)
                if not words or SETUP.match(part.strip()):
                    continue
                if words[0].rpartition("/")[2] == "appraisal":
                    found.append(words[1:])
                elif words[:3] in (["python", "-m", "appraisal"], ["python3", "-m", "appraisal"]):
                    found.append(words[3:])
                else:
                    strange.append(part.strip())
    return found, strange


@pytest.fixture
def readme(root: Path) -> str:
    """The README's text."""
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder like the checkout's top, where a command may write."""
    for name in ("scenarios", "tariffs"):
        shutil.copytree(root / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_line_of_the_shell_blocks_is_understood(readme: str) -> None:
    """Nothing is passed over: a line is a command of ours or a known step of setting up."""
    found, strange = commands(readme)
    assert strange == []
    assert found


@pytest.mark.usefixtures("folder")
def test_every_command_of_the_readme_works(readme: str, command: Any) -> None:
    """In order, as a reader would type them; a redirection is a shell's matter and is left out."""
    for words in commands(readme)[0]:
        plain = words[: words.index(">")] if ">" in words else words
        ran = command(*plain)
        assert ran.code == 0, f"appraisal {' '.join(words)}\n{ran.err}"
        assert ran.out or ran.err, f"appraisal {' '.join(words)} says nothing"


@pytest.mark.usefixtures("folder")
def test_commands_named_in_the_text_work(readme: str, command: Any) -> None:
    """`appraisal …` between backticks: whole commands are run, bare names of commands show their help."""
    outside = FENCE.sub("", readme)
    found = [words for words in re.findall(r"`appraisal ([^`]+)`", outside) if "…" not in words and "|" not in words]
    for words in found:
        # The server runs until it is stopped; a browser walks through it in tests/app.
        ran = command(*shlex.split(words), *(["--help"] if words == "app" else []))
        if ran.code == 2:
            ran = command(*shlex.split(words), "--help")
        assert ran.code == 0, f"appraisal {words}\n{ran.err}"


@pytest.mark.usefixtures("folder")
def test_python_of_the_readme_works(readme: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each block as a program of its own."""
    programs = list(blocks(readme, ("python",)))
    assert programs
    for program in programs:
        exec(compile(program, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


def test_ready_cases_are_all_described(readme: str, root: Path) -> None:
    """What a case shows is said in the README."""
    for path in (root / "scenarios").glob("*.yaml"):
        assert f"`{path.stem}`" in readme


def test_parser_of_this_test_finds_and_refuses() -> None:
    """Continued lines, remarks, redirections, prompts; a line it cannot place is told."""
    text = "```bash\npython3 -m venv .venv && .venv/bin/pip install . && .venv/bin/appraisal run a\n$ appraisal case new \\\n  --to b.yaml  # a remark\nmake coffee\n```\n"
    assert commands(text) == ([["run", "a"], ["case", "new", "--to", "b.yaml"]], ["make coffee"])
