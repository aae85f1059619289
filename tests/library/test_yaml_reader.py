"""The YAML reader: YAML 1.2 values, lines, and everything it refuses at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from appraisal.errors import InputError
from appraisal.library import data_root
from appraisal.library.reader import Faults, Node, read_file, read_text


def message(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_text(text, "x.yaml")
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_scalars_follow_yaml_1_2_core() -> None:
    """Expected values: the core schema of the YAML 1.2.2 specification, section 10.3.2."""
    text = "a: 22:00\nb: no\nc: 1e3\nd: 0o\ne: 1_000\nf: ~\ng: True\nh: '1'\ni: 2026-08-01\nj: -.5\nk: 007"
    assert read_text(text, "x.yaml").plain() == {
        "a": "22:00",
        "b": "no",
        "c": 1000.0,
        "d": "0o",
        "e": "1_000",
        "f": None,
        "g": True,
        "h": "1",
        "i": "2026-08-01",
        "j": -0.5,
        "k": 7,
    }


def test_lines_count_from_one() -> None:
    node = read_text("# remark\na:\n- 1\n- b: 2\n", "x.yaml")
    assert isinstance(node.value, dict)
    items = node.value["a"].value
    assert isinstance(items, list)
    assert [item.line for item in items] == [3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "x.yaml:4 b.c: stands twice; keep one"),
        ("a: &x 1\nb: *x\n", "x.yaml:1 a: anchors and aliases are not read"),
        ("a: *x\n", "x.yaml:1 a: anchors and aliases are not read"),
        ("a: !!python/object:os.system x\n", "x.yaml:1 a: tags are not read"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: a second document"),
        ("[1, 2]: 3\n", "x.yaml:1: a key must be plain text"),
        ("a: [1, 2\nb: 3\n", "x.yaml:2: not YAML"),
        ("a:\n\t- 1\n", "x.yaml:2: not YAML"),
        ("", "x.yaml: is empty"),
        ("# only a remark\n", "x.yaml: is empty"),
    ],
)
def test_malformed_text_is_refused_with_its_line(text: str, expected: str) -> None:
    assert expected in message(text)


def test_alias_bomb_is_refused_before_it_grows() -> None:
    """Ten levels of ten aliases would be 10^10 items; the first anchor ends the reading."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    begin = time.perf_counter()
    assert "anchors and aliases" in message("\n".join(lines))
    assert time.perf_counter() - begin < 1.0


def test_deep_nesting_is_refused_without_recursion_error() -> None:
    assert "nested deeper than" in message("a: " + "[" * 5000 + "]" * 5000)


def test_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    begin = time.perf_counter()
    with pytest.raises(InputError, match="50,000,000 bytes, at most"):
        read_file(path)
    assert time.perf_counter() - begin < 1.0


def test_folder_missing_file_and_wrong_encoding_are_named(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("标题: 电价".encode("gbk"))
    for name, expected in (("", "is a folder"), ("none.yaml", "no such file"), ("gbk.yaml", "not UTF-8 at byte 0")):
        with pytest.raises(InputError, match=expected):
            read_file(tmp_path / name)


def test_faults_are_collected_and_raised_in_line_order() -> None:
    faults = Faults("x.yaml")
    node = read_text("one: text\ntow: 2\n", "x.yaml")
    items = faults.mapping(node, "", ("one", "three"), ("two",))
    faults.number(items["one"], "one")
    with pytest.raises(InputError) as caught:
        faults.raise_all()
    assert [fault.line for fault in caught.value.faults] == [1, 1, 2]
    assert "did you mean 'two'?" in str(caught.value)


FILES = [path for folder in ("tariffs", "scenarios") for path in sorted((data_root() / folder).rglob("*.yaml"))]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_tree_is_what_another_parser_reads(path: Path) -> None:
    """ruamel.yaml's composer under YAML 1.2: the same structure, the same text of every scalar, the same lines."""

    def of(node: Any) -> Any:
        line = node.start_mark.line + 1
        if node.id == "mapping":
            return line, {key.value: of(value) for key, value in node.value}
        return line, [of(value) for value in node.value] if node.id == "sequence" else node.value

    def ours(node: Node, text: Any) -> Any:
        if isinstance(node.value, dict):
            return node.line, {key: ours(inner, text[1].get(key)) for key, inner in node.value.items()}
        if isinstance(node.value, list):
            return node.line, [ours(inner, other) for inner, other in zip(node.value, text[1], strict=True)]
        same = node.value if isinstance(node.value, str) else text[1]
        assert isinstance(node.value, str) or YAML(typ="safe", pure=True).load(str(text[1]) or "null") == node.value
        return node.line, same

    words = path.read_text(encoding="utf-8")
    expected = of(YAML(typ="safe", pure=True).compose(words))
    assert ours(read_text(words, "x"), expected) == expected
