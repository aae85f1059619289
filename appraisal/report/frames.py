"""Tables of a study as bytes and as text: CSV that opens in Excel, Parquet with its provenance, columns for a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from appraisal.report.tables import BYTE_ORDER_MARK, UNDEFINED, harmless
from appraisal.study.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = ("csv", "parquet")
_MANY = 1e5


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV, UTF-8 with the mark that Excel looks for; exact figures, undefined ones empty."""
    safe = frame.rename(columns=lambda name: harmless(str(name)))
    for name in safe.columns:
        if safe[name].dtype.kind not in "fiub":
            safe[name] = safe[name].map(lambda cell: harmless(str(cell)))
    text = safe.to_csv(index=False, lineterminator="\r\n")
    return (BYTE_ORDER_MARK + text).encode()


def parquet_bytes(frame: pd.DataFrame, source: Mapping[str, Any]) -> bytes:
    """A table as Parquet; the file's metadata hold where it comes from as JSON under ``appraisal``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = json.dumps(dict(source), ensure_ascii=False, sort_keys=True)
    out = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"appraisal": said}), out)
    return bytes(out.getvalue().to_pybytes())


def plain(made: Provenance) -> dict[str, Any]:
    """The provenance as JSON has it."""
    return asdict(made)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON has them: undefined figures are null."""
    return [
        {str(name): _jsonable(value) for name, value in row.items()} for row in frame.to_dict(orient="records")
    ]  # fmt: skip


def _jsonable(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def text_rows(frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Heads and rows for a terminal: figures with five digits, money without fractions."""
    yield tuple(str(name) for name in frame.columns)
    for row in frame.itertuples(index=False, name=None):
        yield tuple(shown(value) for value in row)


def shown(value: Any) -> str:
    """A cell as a person reads it.

    Examples
    --------
    >>> shown(34828808.49), shown(0.0691243968), shown(float("nan")), shown("text")
    ('34,828,808', '0.069124', '—', 'text')
    """
    if isinstance(value, float) or (hasattr(value, "dtype") and value.dtype.kind == "f"):
        number = float(value)
        if not math.isfinite(number):
            return UNDEFINED
        return f"{number:,.0f}" if abs(number) >= _MANY else f"{number:.5g}"
    return str(value)
