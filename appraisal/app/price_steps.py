"""How a regulated capacity price of the case was worked out: the inputs with their documents, every line of every year."""

from __future__ import annotations

import streamlit as st

from appraisal.app.pictures import plain
from appraisal.app.state import draft, lang, t
from appraisal.pipeline import Appraisal
from appraisal.report.frames import csv_bytes
from appraisal.report.pricing import of_price
from appraisal.study.pricing import is_priced, price_of_case

_LEDGER = "station_ledger"


def price_steps(result: Appraisal) -> None:
    """The steps of the price, where the case has one that is computed; nothing else otherwise."""
    if not is_priced(result.case):
        return
    found = of_price(price_of_case(result.case), lang())
    st.subheader(t("核定容量电价的测算", "How the regulated capacity price is worked out"))
    for sentence in found.sentences[1:]:
        st.markdown(plain(sentence))
    for remark in found.remarks:
        st.caption(plain(remark))
    titles = {"inputs": t("测算依据", "What goes in"), _LEDGER: t("逐年步骤（元）", "Steps by year (yuan)")}
    for name, title in titles.items():
        st.dataframe(
            found.tables[name], hide_index=True, width="stretch", key=f"price_{name}", alt=title
        )  # fmt: skip
    st.download_button(
        t("下载测算过程（CSV）", "Download the steps (CSV)"), csv_bytes(found.tables[_LEDGER]), file_name=f"{draft().name}_capacity_price.csv",
        mime="text/csv", key="price_csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
