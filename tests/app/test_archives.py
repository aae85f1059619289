"""A case and its price series as one archive: home and back without losing a digit, and nothing hostile gets in."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.archive import MOST_FILES, unzipped
from appraisal.app.downloads import json_bytes, template_bytes
from appraisal.app.draft import Draft, handed_over, ready, uploaded
from appraisal.app.link import unpacked
from appraisal.app.uploads import load_words, taken
from appraisal.case import Change
from appraisal.errors import InputError
from appraisal.pipeline import appraise
from appraisal.report.zips import zipped
from appraisal.scenario import scenario_names
from appraisal.scenario.series import understood

Open = Callable[..., AppTest]
PRICES = "\n".join(
    ["time,buy_yuan_per_mwh,sell_yuan_per_mwh"]
    + [f"2025-03-{day:02d} {hour:02d}:00,{250 + 31 * hour % 170 + day},{240 + 31 * hour % 170}" for day in range(1, 8) for hour in range(24)]
).encode()  # fmt: skip
CASE = ready("hainan_grid_lfp").yaml().encode()


def priced(name: str = "电价 2025.csv") -> Draft:
    """A ready case with a price series of its own."""
    return taken(ready("hainan_grid_lfp"), name, PRICES)


def told(*given: tuple[str, bytes], lang: str = "en") -> str:
    """What is said of an upload that is refused."""
    with pytest.raises(InputError) as caught:
        handed_over(given)
    return caught.value.text(lang)


def made(entries: dict[str, bytes]) -> bytes:
    """An archive as another program writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- home and back ---


def test_case_with_its_own_prices_comes_back_to_the_last_digit() -> None:
    """Saved and loaded: the same key, files and metrics; the YAML with its CSV beside it gives the same."""
    draft = priced()
    assert draft.file_name(".yaml") == "hainan_grid_lfp.zip"
    again = handed_over([(draft.file_name(".yaml"), draft.saved())])
    both = handed_over([("电价 2025.csv", PRICES), ("hainan_grid_lfp.yaml", draft.yaml().encode())])
    assert (again.key, both.key) == (draft.key, draft.key)
    assert again.files == draft.files
    before, after = appraise(draft.case()).metrics, appraise(again.case()).metrics
    for key, metric in before.items():
        np.testing.assert_array_equal(after[key].value, metric.value, err_msg=key)
    assert draft.saved() == again.saved()


def test_unzipped_folder_is_what_the_command_line_reads(tmp_path: Path) -> None:
    """``appraisal run folder/NAME.yaml --json`` prints the result that the app gives for download."""
    draft = priced()
    with zipfile.ZipFile(io.BytesIO(draft.saved())) as archive:
        assert sorted(archive.namelist()) == ["hainan_grid_lfp.yaml", "电价 2025.csv"]
        archive.extractall(tmp_path)
    words = [sys.executable, "-m", "appraisal", "run", str(tmp_path / "hainan_grid_lfp.yaml"), "--json", "--lang", "en"]
    ran = subprocess.run(words, check=True, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    shown = json.loads(json_bytes(appraise(draft.case()), "en"))
    assert json.loads(ran.stdout)["kpi"] == shown["kpi"]


@pytest.mark.parametrize("name", scenario_names())
def test_filled_in_workbook_of_a_draft_is_the_draft(name: str) -> None:
    """Every ready case: the template with its values, loaded again, states the same case and gives the same metrics."""
    draft = ready(name)
    case = draft.case()
    again = uploaded(draft.file_name(".xlsx"), template_bytes(draft, case, "zh"))
    before, after = appraise(case).metrics, appraise(again.case()).metrics
    for key, metric in before.items():
        np.testing.assert_array_equal(after[key].value, metric.value, err_msg=key)


def test_workbook_of_a_case_with_its_own_prices_brings_them_along() -> None:
    """An archive of the workbook and the series; loaded it gives the same figures."""
    draft = priced()
    assert draft.file_name(".xlsx") == "hainan_grid_lfp.zip"
    again = uploaded("home.zip", template_bytes(draft, draft.case(), "en"))
    before, after = appraise(draft.case()).metrics, appraise(again.case()).metrics
    for key, metric in before.items():
        np.testing.assert_array_equal(after[key].value, metric.value, err_msg=key)


def test_folder_that_a_person_zipped_is_read() -> None:
    """One folder around the files, what a Mac adds, and Windows' GBK names without a mark: the files are found."""
    inside = {
        "case/": b"",
        "case/a.yaml": CASE,
        "case/p.csv": PRICES,
        "__MACOSX/case/._a.yaml": b"x",
        "case/.DS_Store": b"x",
    }
    assert unzipped("a.zip", made(inside)) == {"a.yaml": CASE, "p.csv": PRICES}
    # Oracle: the bytes of 电价.csv in GBK, put in place of as many ASCII signs: no flag says how they are written.
    raw = made({"a.yaml": CASE, "XXXX.csv": PRICES}).replace(b"XXXX.csv", "电价".encode("gbk") + b".csv")
    assert unzipped("a.zip", raw)["电价.csv"] == PRICES


# --- what is refused ---


def _locked() -> bytes:
    raw = bytearray(made({"a.yaml": CASE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def _twice() -> bytes:
    # Written as another name and renamed: Python warns where it writes a name twice.
    return made({"a.yaml": CASE, "b.yaml": CASE}).replace(b"b.yaml", b"a.yaml")


def _lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.yaml", CASE)
    return out.getvalue()


def _lying_bomb() -> bytes:
    """50 MB of zeros whose entry says that they are 10 bytes."""
    raw = bytearray(made({"a.yaml": CASE, "p.csv": bytes(50_000_000)}))
    at = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (lambda: made({"a.yaml": CASE, "b.zip": made({"c.csv": b""})}), "'b.zip' in it is no case and no price series"),
        (lambda: made({"a.yaml": CASE, "../p.csv": PRICES}), "leads out of its folder"),
        (lambda: made({"/etc/a.yaml": CASE}), "leads out of its folder"),
        (lambda: made({"C:/a.yaml": CASE}), "leads out of its folder"),
        (lambda: made({"a/a.yaml": CASE, "b/p.csv": PRICES}), "holds files of several folders"),
        (lambda: made({f"{place}.csv": b"" for place in range(MOST_FILES + 1)}), f"holds more than {MOST_FILES} files"),
        (lambda: made({f"{place}.csv": b"" for place in range(3000)}), f"holds more than {MOST_FILES} files"),
        (lambda: made({"a.yaml": CASE, "p.csv": bytes(50_000_000)}), "unpacks to more than 40,000,000 bytes"),
        (_lying_bomb, "is damaged or no .zip file"),
        (_locked, "is locked with a password"),
        (_twice, "holds two files of one name"),
        (_lzma, "is packed in a way that is not read"),
        (lambda: made({"a.yaml": CASE})[:-40], "is damaged or no .zip file"),
        (lambda: b"PK\x03\x04" + bytes(200), "is damaged or no .zip file"),
        (lambda: made({"a.yaml": CASE, "b.yaml": CASE}), "one case is loaded at a time"),
        (lambda: made({"p.csv": PRICES}), "one case is loaded at a time"),
        (lambda: made({}), "one case is loaded at a time"),
    ],
)  # fmt: skip
def test_hostile_or_wrong_archive_is_refused_with_its_reason(raw: Callable[[], bytes], message: str) -> None:
    """Nothing of it is taken; the reason is said in both languages without a path of this machine."""
    content = raw()
    assert message in told(("home.zip", content))
    chinese = told(("home.zip", content), lang="zh")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
    assert "/tmp" not in chinese


def test_upload_of_several_files_that_are_no_one_case_is_refused() -> None:
    """Two cases, a table alone, an archive beside a table; a series that is not there is asked for."""
    case, table, home = ("a.yaml", CASE), ("p.csv", PRICES), ("h.zip", priced().saved())
    for given in ([case, ("b.yaml", CASE)], [table], [home, table], [home, case], []):
        assert "one case is loaded at a time" in told(*given)
    assert "no file '电价 2025.csv' came with the case" in told(("a.yaml", priced().yaml().encode()), table)


def test_workbook_of_prices_is_a_table_beside_a_yaml_and_the_case_alone() -> None:
    """Beside a YAML file a workbook is a table of it; of two workbooks the one called as its archive is the case."""
    draft = ready("hainan_grid_lfp")
    book, table = template_bytes(draft, draft.case(), "en"), b"PK\x03\x04 prices"
    assert handed_over([("p.xlsx", table), ("a.yaml", CASE)]).files == {"p.xlsx": table}
    both = uploaded("home.zip", made({"home.xlsx": book, "p.xlsx": table}))
    assert (both.name, dict(both.files)) == ("home", {"p.xlsx": table})
    assert "one case is loaded at a time" in told(("home (1).zip", made({"home.xlsx": book, "p.xlsx": table})))


def test_archive_has_the_same_bytes_for_the_same_files() -> None:
    """No time of writing stands in it."""
    files = {"a.yaml": CASE, "电价.csv": PRICES}
    assert zipped(files) == zipped(files)
    assert unzipped("a.zip", zipped(files)) == files


def test_name_of_a_case_that_a_link_holds_leads_nowhere() -> None:
    """What names a file to save has no folder in it."""
    from appraisal.app.link import packed

    hostile = Draft(name="../../x/<y>:z", stated=ready("hainan_grid_lfp").stated)
    assert unpacked(packed(hostile)).name == "yz"


# --- in the sidebar ---


def _upload(app: AppTest, *given: tuple[str, bytes]) -> AppTest:
    field = next(one for one in app.sidebar.file_uploader)
    return field.set_value([(name, content, "application/octet-stream") for name, content in given]).run()


def test_faults_of_an_upload_speak_the_language_of_the_page_and_outlive_its_switch(open_page: Open) -> None:
    """A wrong file is told in Chinese, then in English after the switch; the next case that is taken clears it."""
    app = open_page("start")
    wrong = CASE.replace(b"operation_years: ", b"operation_years: x")
    _upload(app, ("wrong.yaml", wrong))
    assert not app.exception
    chinese = [one.value for one in app.sidebar.error]
    assert len(chinese) == 1
    assert "不是" in chinese[0]
    app.radio(key="lang").set_value("en").run()
    english = [one.value for one in app.sidebar.error]
    assert len(english) == 1
    assert "is not a whole number" in english[0]
    assert "不是" not in english[0]
    _upload(app, ("home.zip", priced().saved()))
    assert not app.exception
    assert not app.sidebar.error
    taken_now: Draft = app.session_state["draft"]
    assert taken_now.key == priced().key
    assert any("Loading the page anew loses the changes" in one.value for one in app.sidebar.caption)


def test_address_holds_the_language_and_what_was_changed(open_page: Open) -> None:
    """A change stands in the address, and a session that begins with it works on the same draft and knows it is unsaved."""
    changed = ready("zhejiang_user_lfp").changed(Change(path="finance.loan_rate", value=0.0291))
    app = open_page("start")
    assert dict(app.query_params) == {}
    app.session_state["draft"] = changed
    app.radio(key="lang").set_value("en").run()
    address = {
        name: str(app.query_params[name][0] if isinstance(app.query_params[name], list) else app.query_params[name])
        for name in app.query_params
    }
    assert set(address) == {"case", "lang", "unsaved"}
    again = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60)
    for name, value in address.items():
        again.query_params[name] = value
    again.run()
    assert not again.exception
    found: Draft = again.session_state["draft"]
    assert found.key == changed.key
    assert again.session_state["lang"] == "en"
    assert any("Unsaved changes" in one.value for one in again.sidebar.caption)
    app.session_state["draft"] = ready("zhejiang_user_lfp")
    app.radio(key="lang").set_value("zh").run()
    assert dict(app.query_params) == {}


def test_a_table_says_how_the_load_of_a_typical_day_meets_it() -> None:
    """24 values of load and a week of prices: the day repeats seven times; a constant and a plant on the grid say nothing."""
    series = understood(PRICES, "p.csv")
    day = ready("zhejiang_user_lfp").changed(Change(path="market.load_mw", value=[4.0] * 24))
    assert "typical day of 24 values and repeats on each of the 7 days" in load_words(series, day, "en")
    assert "一天 24 个值的典型日，将在这 7 天中逐日重复" in load_words(series, day, "zh")
    assert load_words(series, day.changed(Change(path="market.load_mw", value=4.0)), "en") == ""
    assert load_words(series, ready("hainan_grid_lfp"), "en") == ""
