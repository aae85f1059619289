"""A wrong file is answered with all its faults, each with file, line, path, what was found, what was expected, what to do.

Each file of ``broken/`` holds one kind of fault (two of them several) and, in comments that begin with ``#!``, the exit
code and every message it must be answered with, in full; only a list of known names is cut (``…``), because the library grows.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appraisal.case import Change
from appraisal.errors import Fault, InputError
from appraisal.library import Library
from appraisal.scenario import case_from_mapping, find_case, load_case
from appraisal.scenario.load import MAX_BYTES, TAKEN

LIBRARY = Library.open()
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
# Words of the validator underneath; a person who writes YAML has no use for them.
JARGON = re.compile(
    r"[Ii]nput should be|valid (string|integer|boolean|tuple|dictionary)|\bNone\b|Traceback|pydantic|literal\[|tuple\[|isoformat"
)


def expected(file: Path) -> tuple[int, list[str]]:
    """Exit code and messages, as the file's own comments state them."""
    notes = [
        line.removeprefix("#! ") for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#! ")
    ]
    return int(notes[0].removeprefix("exit ")), notes[1:]


def cut(fault: Fault, file: Path) -> str:
    """The message without the file's name and with lists of known names cut."""
    text = str(fault)
    assert text.startswith(f"{file}:"), text
    return re.sub(r"([Kk]nown: )\S.*?(; state a value|$)", r"\1…\2", text.removeprefix(f"{file}:"))


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_broken_file_is_answered_in_these_words(file: Path) -> None:
    """Every fault once, in order of line, and the exit code."""
    code, messages = expected(file)
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert [cut(fault, file) for fault in caught.value.faults] == messages
    assert caught.value.exit_code == code
    assert not JARGON.search(str(caught.value))


def test_kinds_of_fault_are_many_and_each_file_states_its_messages() -> None:
    """A file without a stated message would test nothing."""
    assert len(BROKEN) >= 40
    assert all(expected(file)[1] for file in BROKEN)


def test_five_faults_of_one_file_are_told_at_once() -> None:
    """Section, key, word, stream and number wrong: five messages, none that only follows from another."""
    file = next(file for file in BROKEN if file.stem == "five_faults")
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert len(caught.value.faults) == 5


def test_fact_without_a_value_ends_with_six_only_if_nothing_else_is_wrong() -> None:
    """One fault of input beside it and the exit code is 3."""
    file = next(file for file in BROKEN if file.stem == "fact_too_early")
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert caught.value.exit_code == 6
    with pytest.raises(InputError) as caught:
        load_case(file, [Change(path="finance.loan_rate", value=-1)], LIBRARY)
    assert {fault.kind for fault in caught.value.faults} == {"input", "fact"}
    assert caught.value.exit_code == 3


def test_a_changed_value_is_faulted_as_the_change_and_not_as_a_line_of_the_file() -> None:
    """``--set`` is what the person typed; the line of the file holds another value."""
    with pytest.raises(InputError) as caught:
        load_case(find_case("zhejiang_user_lfp"), [Change(path="finance.debt_share", value=5)])
    assert str(caught.value) == "--set finance.debt_share: 5 is outside 0–1 (a fraction, not percent: 0.05?)"


def test_every_table_that_the_books_name_is_refused_as_a_label() -> None:
    """A stream of that label would be a second table of that name; the list must not lag behind the books."""
    from appraisal import appraise

    books = appraise(load_case(find_case("contract_schedule"))).statements
    instances = {line.partition(".")[0] for line in books.book.lines if "." in line}
    assert all(TAKEN.fullmatch(name) for name in instances - {"contract", "first_of_kind_insurance"})


@pytest.mark.parametrize("words", ["zhejang_user_lfp", "nowhere"])
def test_unknown_case_is_answered_with_the_ready_cases(words: str) -> None:
    """A word that is neither a file nor a ready case."""
    with pytest.raises(InputError, match=f"{words}: no such file and no ready case; .*zhejiang_user_lfp"):
        find_case(words)


def hostile() -> dict[str, tuple[bytes, str]]:
    """Name → content and the message (after the file's name)."""
    aliases = "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9))
    return {
        "empty": (b"", ": is empty"),
        "only_comments": (b"# nothing\n", ": is empty"),
        "fifty_megabytes": (b"a: 1\n" * 10_500_000, f": 52,500,000 bytes, at most {MAX_BYTES:,} are read"),
        "bomb": (
            b"a: &a [x, x, x, x, x, x, x, x, x]\n" + aliases.encode(),
            ":1 a: anchors and aliases are not read; write the value out",
        ),
        "merge": (
            b"a: {b: 1}\nproject:\n  <<: *a\n",
            ":3 project.<<: anchors and aliases are not read; write the value out",
        ),
        "tag": (
            b"a: !!python/object/apply:os.system [ls]\n",
            ":1 a: tags are not read: tag:yaml.org,2002:python/object/apply:os.system",
        ),
        "binary": (bytes(range(256)) * 100, ": not UTF-8 at byte 128; save it as UTF-8"),
        "gbk": ("title: {zh: 浙江}".encode("gbk"), ": not UTF-8 at byte 12; save it as UTF-8"),
        "deep_flow": (b"a: " + b"[" * 50_000, f":1 a{'[0]' * 24}: nested deeper than 24 levels"),
        "deep_block": (
            "".join("  " * n + "a:\n" for n in range(200)).encode(),
            f":26 {'.'.join('a' * 25)}: nested deeper than 24 levels",
        ),
        "unclosed": (b'title: {en: "x}\n', ":2: not YAML: found unexpected end of stream"),
        "tab": (b"a:\n\tb: 1\n", ":2: not YAML: found character"),
        "two_documents": (b"a: 1\n---\nb: 2\n", ":2: a second document; one file holds one document"),
        "list": (b"- 1\n- 2\n", ": is not a mapping of sections; expected a case with sections "),
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_hostile_file_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    """Refused before anything is expanded or looked up, with exit code 3."""
    content, message = hostile()[name]
    file = tmp_path / f"{name}.yaml"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert str(caught.value).startswith(f"{file}{message}")
    assert len(caught.value.faults) == 1
    assert caught.value.exit_code == 3


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    """A folder is no case, even if its name ends in .yaml."""
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    with pytest.raises(InputError, match="is a folder, expected a file"):
        load_case(folder)
    with pytest.raises(InputError, match="no such file"):
        load_case(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "retail/zhejiang", "..", "retail..zhejiang", "tax.national"]
)
def test_tariff_name_never_leaves_the_retail_library(name: str) -> None:
    """A name is looked up in the list of files, never joined to a path."""
    raw = {
        "project": {"province": "zhejiang", "side": "user", "construction_start": "2026-04", "construction_months": 4, "operation_years": 10},
        "storage": {"technology": "lfp", "power_mw": 1, "energy_mwh": 2, "availability": 0.97},
        "market": {"tariff": name, "voltage": "1-10kv", "load_mw": 8},
        "revenue": {"arbitrage": {"emc": "host_owned"}},
        "finance": {"debt_share": 0.5, "loan_rate": 0.04, "loan_years": 5, "discount_rate": 0.06},
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        case_from_mapping(raw, library=LIBRARY)
    assert str(caught.value).startswith(f"case market.tariff: no retail tariff {name!r}; ")
    assert caught.value.exit_code == 3
