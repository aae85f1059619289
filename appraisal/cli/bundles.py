"""A bundle of tables and charts on the terminal and as files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from appraisal.cli.common import print_columns
from appraisal.errors import said
from appraisal.report.bundle import Bundle
from appraisal.report.charts.export import drawn, notices
from appraisal.report.files import save_new
from appraisal.report.frames import text_rows


def show_bundle(
    found: Bundle, lang: str, *, as_json: bool, folder: Path | None, tables: str, charts: Sequence[str], more: Mapping[str, bytes] | None = None
) -> None:  # fmt: skip
    """Print a bundle, and write its files if a folder is named: every table, chart, ``<kind>.json``, and *more* by name."""
    told = found.as_json()
    if folder is not None:
        files = _files(found, lang, told, folder, tables, charts) | {
            folder / name: raw for name, raw in (more or {}).items()
        }
        save_new(files, folder)
        count = said(
            "wrote {count} files to {folder}", "已写入 {count} 个文件到 {folder}", count=len(files), folder=folder
        )
        print(count.text(lang), file=sys.stderr)
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    _print(found)


def _files(
    found: Bundle, lang: str, told: Mapping[str, Any], folder: Path, tables: str, charts: Sequence[str]
) -> dict[Path, bytes]:  # fmt: skip
    files = found.files(folder, tables)
    name = f"{found.schema.partition('/')[0]}.json"
    files[folder / name] = f"{json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
    pictures = {key: draw() for key, draw in found.pictures.items()}
    for notice in notices(pictures.values(), charts):
        print(f"! {notice.zh if lang == 'zh' else notice.en}", file=sys.stderr)
    return files | {
        folder / f"{key}.{kind}": drawn(picture, kind) for key, picture in pictures.items() for kind in charts
    }


def _print(found: Bundle) -> None:
    """Sentences and tables on stdout, remarks on stderr."""
    for sentence in found.sentences:
        print(sentence)
    for name, frame in found.small.items():
        if frame.empty:
            continue
        print(f"\n[{name}]")
        numeric = {place for place, column in enumerate(frame.columns) if frame[column].dtype.kind in "fiu"}
        print_columns(list(text_rows(frame)), right=numeric)
    for remark in found.remarks:
        print(f"! {remark}", file=sys.stderr)
