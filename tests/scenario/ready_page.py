"""The README's table of ready cases and docs/cases.md, from the cases. ``python tests/scenario/ready_page.py`` rewrites both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from appraisal.report.ready_cases import HEADLINES, Ready, expected, grouped, headline, run, trust
from appraisal.scenario.ready import ITEMS, sureness
from appraisal.text import CONFIDENCES

ROOT = Path(__file__).parents[2]
README, PAGE = ROOT / "README.md", ROOT / "docs" / "cases.md"
BEGIN, END = "<!-- ready cases -->", "<!-- end of the ready cases -->"
_HEAD = (
    "| item of the plan · 行动计划事项 | case · 算例 | project IRR · 全投资 | equity IRR · 资本金 | NPV · 净现值 | LCOS · 度电成本 "
    "| inputs official / secondary / estimate · 输入 官方/二手/估计 |\n|---|---|---|---|---|---|---|"
)
_INTRO = """# The ready cases · 现成算例

Written by `python tests/scenario/ready_page.py`; a test holds it to the cases. Returns are after tax, NPV is of the project, LCOS is without VAT and
before income tax. A range is *published*, or *reasoned* beside the program. Values that an owner chooses (size, share of debt, hurdle) need no evidence and are not counted.

由 `python tests/scenario/ready_page.py` 生成，测试保证与算例一致。收益率均为税后，净现值为全投资口径，度电成本不含增值税、所得税前。
范围分“公布值”和“推算”（在程序之外推得）。由业主决定的取值（规模、贷款比例、基准收益率）不需要依据，不计入可信度统计。
"""


def table(every: Sequence[Ready]) -> str:
    """The table: a row a case, in the order of the plan."""
    return "\n".join([_HEAD, *_rows(every)])


def _rows(every: Sequence[Ready]) -> Iterator[str]:
    for ready in every:
        zh, en = ITEMS[ready.told.item]
        title = ready.result.case.title
        figures = " | ".join(headline(ready.result, key, "en") for key in HEADLINES)
        count = " / ".join(str(number) for number in sureness(ready.result.case).values())
        yield f"| {en} · {zh} | `{ready.name}` {title.en} · {title.zh} | {figures} | {count} |"


def page(every: Sequence[Ready]) -> str:
    """Every case in words, in both languages."""
    return "\n".join([_INTRO, *(line for ready in every for line in _entry(ready))])


def _entry(ready: Ready) -> Iterator[str]:
    told, title = ready.told, ready.result.case.title
    yield f"## `{ready.name}` {title.en} · {title.zh}\n"
    for lang, names in (
        ("en", ("Result", "Range", "Inputs", "Sources")),
        ("zh", ("结果", "范围", "输入可信度", "依据")),
    ):
        colon, stop, apart = ("：", "。", "；") if lang == "zh" else (": ", ". ", "; ")
        yield f"{told.shows.text(lang)}\n"
        figures = apart.join(
            f"{ready.result.metrics[key].zh if lang == 'zh' else ready.result.metrics[key].en} {headline(ready.result, key, lang)}"
            for key in HEADLINES
        )
        yield f"- {names[0]}{colon}{figures}"
        yield f"- {names[1]}{colon}{expected(told, ready.result, lang)}{stop}{told.expected.because.text(lang)}"
        yield f"- {names[2]}{colon}{trust(ready.result.case, lang)}"
        cited = apart.join(
            f"{given.zh}（{CONFIDENCES[given.confidence][0]}，{given.checked}）"
            if lang == "zh"
            else f"{given.cite} ({CONFIDENCES[given.confidence][1]}, {given.checked})"
            for given in told.sources.values()
        )
        yield f"- {names[3]}{colon}{cited}\n"


def between(text: str) -> str:
    """The generated part of the README."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    found = [run(name) for _, names in grouped() for name in names]
    text = README.read_text(encoding="utf-8")
    README.write_text(
        f"{text.partition(BEGIN)[0]}{BEGIN}\n\n{table(found)}\n\n{END}{text.partition(END)[2]}", encoding="utf-8"
    )
    PAGE.write_text(page(found), encoding="utf-8")
