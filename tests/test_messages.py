"""Every message, help and option stands in Chinese and in English, and neither language leaks into the other."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import openpyxl
import pytest

import appraisal
from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS
from appraisal.errors import Fault, InputError, Message, NoSolutionError, joined, said, suggest
from appraisal.field import Declared, Section, declared, number
from appraisal.library import Library
from appraisal.library.retail_types import RetailFile
from appraisal.scenario import json_schema, load_case
from appraisal.scenario.faults import words
from appraisal.scenario.schema import template
from appraisal.scenario.sheet import form, workbook
from appraisal.scenario.uncertainty import DISTRIBUTIONS
from appraisal.streams import stream, stream_names

LIBRARY = Library.open()
PACKAGE = Path(appraisal.__file__).parent
BROKEN = sorted((Path(__file__).parent / "scenario" / "broken").glob("*.yaml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What is written in Latin letters in Chinese too: units, encodings, programs, words of the format that no field declares.
USUAL = (
    "MW", "MWh", "kW", "kWh", "h", "CSV", "UTF", "GBK", "YAML", "Excel", "YYYY", "MM", "Kp", "CNY", "EFC", "SOH", "TRUE", "FALSE", "true",
    "false", "null", "inf", "nan", "stream", "path", "schema", "events", "overlays", "uncertainty", "revenue", "support", "time", "example", "10kv",
)  # fmt: skip
LIBRARY_WORDS = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z0-9_*#{}]+)+")

# What a sentence may show as it is typed: commands, options, placeholders in capitals, endings and names of files.
COMMANDS = re.compile(
    r"appraisal case new --to X\.xlsx|--?[a-z]+|\b[A-Z]{2,}\b|\.(yaml|xlsx?)\b|report/leaf_words\.py|tariffs/|Input\(.*\)|LibreOffice"
    r"|path=value|Asia/Shanghai|jan,feb|floating|fixed|case\.rows\(.*\)|[Ss]obol|second_order=True|ranges"
)
# Parts that a sentence puts into one of its languages only.
ONE_LANGUAGE = {"en", "zh", "cite", "thing"}


def sections() -> Iterator[type[Section]]:
    """Every section of a case, those inside others, entries of named groups and terms of streams included."""

    def inside(annotation: Any) -> Iterator[type[Section]]:
        if isinstance(annotation, type) and issubclass(annotation, Section):
            yield annotation
            for info in annotation.model_fields.values():
                yield from inside(info.annotation)
        else:
            for inner in get_args(annotation):
                yield from inside(inner)

    roots = [*SECTIONS.values(), Event, *(stream(name).terms for name in stream_names())]
    yield from dict.fromkeys(found for root in roots for found in inside(root))


def fields() -> Iterator[tuple[str, Declared, Any]]:
    """Name, declaration and annotation of every declared field."""
    for kind in sections():
        for name, info in kind.model_fields.items():
            if isinstance(info.json_schema_extra, Mapping):
                yield f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}.{name}", declared(info), info.annotation


def _names() -> set[str]:
    """Every word of the format: sections, fields, codes of choices, streams, distributions, voltages of tariffs."""
    found = {*SECTIONS, *USUAL, *stream_names(), *DISTRIBUTIONS, "discrete"}
    for kind in sections():
        found |= set(kind.model_fields)
    for _, what, annotation in fields():
        found |= {*map(str, words(annotation)), *re.split(r"[/^]", what.unit)}
    for name in LIBRARY.files():
        file = LIBRARY.file(name)
        found |= set(file.voltages) if isinstance(file, RetailFile) else {name.partition(".")[2]}
    return found


NAMES = _names()


def foreign(text: str) -> list[str]:
    """English words of a Chinese text that are no word of the format; what a person wrote stands in quotes."""
    ours = re.sub(r"'[^']*'|\"[^\"]*\"", " ", text)
    ours = re.sub(r"\b[0-9][0-9.]*(e[+-]?[0-9]+)?\b", " ", LIBRARY_WORDS.sub(" ", ours))
    tokens = re.findall(r"[A-Za-z0-9_]*[A-Za-z]{2}[A-Za-z0-9_]*", ours)
    # No English sentence has an underscore in a word: that is a name of the format.
    return [token for token in tokens if "_" not in token and token not in NAMES]


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_broken_file_is_answered_in_chinese_too(file: Path) -> None:
    """The same faults in the same places, in Chinese without an English word; the English is left as it is."""
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    for fault in caught.value.faults:
        assert isinstance(fault.message, Message)
        assert CHINESE.search(fault.message.zh), fault.message.zh
        assert not foreign(fault.message.zh), (foreign(fault.message.zh), fault.message.zh)
        assert fault.text("zh") == str(fault).removesuffix(str(fault.message)) + fault.message.zh
    assert str(caught.value) == caught.value.text("en") == "\n".join(map(str, caught.value.faults))
    assert caught.value.text("zh") == "\n".join(fault.text("zh") for fault in caught.value.faults)


def sentences() -> Iterator[tuple[str, str, str, set[str]]]:
    """Place, English, Chinese and parts of every sentence of the package that stands there as it is."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                pair = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                parts = {part.arg for part in node.keywords}
                if len(pair) == 2 and None not in parts:
                    yield f"{file.name}:{node.lineno}", *map(str, pair), {str(part) for part in parts}


def test_every_sentence_of_the_package_is_said_in_both_languages() -> None:
    """Those that no test brings about too: no part is forgotten in either, no English word stands in the Chinese."""
    found = list(sentences())
    assert len(found) > 300
    for place, en, zh, parts in found:
        put_en, put_zh = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in (en, zh))
        assert put_en | put_zh == parts, place
        assert put_en ^ put_zh <= ONE_LANGUAGE, place
        bare_en, bare_zh = (COMMANDS.sub(" ", re.sub(r"\{[^}]*\}", " ", text)) for text in (en, zh))
        assert not foreign(bare_zh), (place, foreign(bare_zh), zh)
        assert CHINESE.search(bare_zh) or not re.search(r"[a-z]{4}", bare_en) or en == zh, (place, zh)


def test_part_that_is_a_message_goes_in_by_its_own_language() -> None:
    """A clause of known names within a sentence, and sentences joined."""
    told = said("unknown {word!r}; {known}", "没有 {word!r}；{known}", word="a", known=suggest("capcity", ["capacity"]))
    assert told == "unknown 'a'; did you mean 'capacity'? Known: capacity"
    assert told.zh == "没有 'a'；是否应为 'capacity'？可用：capacity"
    both = joined([told, said("one", "一")])
    assert (both, both.zh) == (f"{told}; one", f"{told.zh}；一")


def test_braces_that_a_person_wrote_stay() -> None:
    """A part is put in once and is no pattern itself."""
    told = said("{value} is odd", "{value} 有误", value="{x} {0}")
    assert (told, told.zh) == ("{x} {0} is odd", "{x} {0} 有误")


def test_message_and_errors_survive_copies_and_processes() -> None:
    """A worker hands over both languages."""
    error = InputError([Fault(where="a.yaml", line=2, path="x", message=said("wrong", "有误"), kind="fact")])
    for made in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert made.faults == error.faults
        assert (str(made), made.text("zh"), made.exit_code) == ("a.yaml:2 x: wrong", "a.yaml:2 x: 有误", 6)
    none = pickle.loads(pickle.dumps(NoSolutionError(said("none", "无解"))))
    assert (str(none), none.text("zh"), none.exit_code) == ("none", "无解", 5)


@pytest.mark.parametrize(
    ("words_", "variable", "lang"),
    [
        ((), None, "en"), (("--lang", "zh"), None, "zh"), (("--lang=zh",), None, "zh"), ((), "zh", "zh"),
        (("--lang", "en"), "zh", "en"),
    ],
)  # fmt: skip
def test_command_line_answers_in_the_language_asked(
    command: Any, monkeypatch: pytest.MonkeyPatch, words_: tuple[str, ...], variable: str | None, lang: str
) -> None:
    """By the option, else by APPRAISAL_LANG, else in English."""
    if variable is not None:
        monkeypatch.setenv("APPRAISAL_LANG", variable)
    ran = command("run", "zhejang_user_lfp", *words_)
    assert ran.code == 3
    expected = {
        "en": "no such file and no ready case; did you mean",
        "zh": "没有这个文件，也没有这个现成算例；是否应为",
    }
    assert ran.err.startswith(f"zhejang_user_lfp: {expected[lang]} 'zhejiang_user_lfp'")


def test_every_help_stands_in_both_languages() -> None:
    """A field without help has none in either; sections say what they are."""
    told = 0
    for name, what, _ in fields():
        assert bool(what.help) == bool(what.help_zh), name
        assert CHINESE.search(what.zh), name
        assert not CHINESE.search(what.en), name
        if what.help:
            told += 1
            assert CHINESE.search(what.help_zh), name
            assert not CHINESE.search(what.help), name
            assert not foreign(what.help_zh), (name, foreign(what.help_zh))
    assert told > 150
    for kind in sections():
        assert CHINESE.search(kind.about("zh")), kind
        assert kind.about("en"), kind
        assert not CHINESE.search(kind.about("en")), kind


def test_help_in_one_language_is_refused() -> None:
    """Where it is declared, so that none is forgotten."""
    with pytest.raises(TypeError, match="one language only"):
        number("MW", "功率", "Power", help="At the meter.")


def test_every_word_of_a_choice_has_a_label_in_both_languages() -> None:
    """The words of the annotation and no others; a list of words too."""
    found = 0
    for name, what, annotation in fields():
        known = list(words(annotation)) if what.kind in ("choice", "group") else []
        assert set(what.options) == set(known), name
        for code in known:
            found += 1
            assert CHINESE.search(what.option(code, "zh")), name
            assert what.option(code, "en"), name
            assert not CHINESE.search(what.option(code, "en")), name
    assert found > 80


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_schema_speaks_the_language_asked(lang: str) -> None:
    """Titles and descriptions of every leaf."""

    def leaves(place: Any) -> Iterator[Mapping[str, Any]]:
        if isinstance(place, Mapping):
            if "kind" in place and "zh" in place:
                yield place
            for inner in place.values():
                yield from leaves(inner)
        elif isinstance(place, list):
            for inner in place:
                yield from leaves(inner)

    schema = json_schema(lang)
    found = list(leaves(schema))
    assert len(found) > 200
    for leaf in found:
        assert leaf["title"] == leaf[lang]
        assert leaf.get("description", "") == leaf.get("help_zh" if lang == "zh" else "help", "")
    for name in (*SECTIONS, "revenue", "support", "overlays"):
        assert bool(CHINESE.search(schema["properties"][name]["title"])) == (lang == "zh"), name
    for name in SECTIONS:
        assert bool(CHINESE.search(schema["properties"][name]["description"])) == (lang == "zh"), name


def test_template_in_chinese_has_no_english_words() -> None:
    """Beside the names and codes of the format; in English no Chinese."""
    odd = {}
    for line in template("zh").splitlines():
        about = line.partition("#")[2] if line.lstrip().startswith("#") else line.partition("  #")[2]
        if foreign(about):
            odd[line] = foreign(about)
    assert not odd
    assert not [line for line in template("en").splitlines() if CHINESE.search(line)]


def test_workbook_in_chinese_has_no_english_notes() -> None:
    """Notes, hints and headings of the form; column A is what the program goes by."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xlsx"
        file.write_bytes(workbook("zh"))
        book = openpyxl.load_workbook(file)
    for role in ("输入", "分项", "收入"):
        sheet = book[role]
        shown = [
            str(cell.value)
            for row in sheet.iter_rows(min_row=2, min_col=2)
            for cell in row
            if isinstance(cell.value, str)
        ]
        shown += [str(rule.prompt) for rule in sheet.data_validations.dataValidation if rule.prompt]
        odd = {text: foreign(text) for text in shown if foreign(text)}
        assert not odd
    assert all(block.about("zh") and block.about("en") for block in form.inputs())
