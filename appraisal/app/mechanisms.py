"""The bench of a regulator on a page: a study that is ready or was handed over, its assumptions, and what it has to show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
import yaml

from appraisal.app.names import safe_name
from appraisal.errors import Fault, InputError, Message, said
from appraisal.report.bundle import Bundle
from appraisal.report.mechanism.asked import Asked, bundle_of, packed
from appraisal.report.mechanism.pack import STUDY, inputs_of
from appraisal.scenario import scenario_names
from appraisal.scenario.sheet import yaml_text
from appraisal.study.mechanism import Bench, Study, read_study
from appraisal.study.mechanism.read import MAX_BYTES
from appraisal.study.mechanism.ready import find_study, study_names

# A page waits for its study; a larger one belongs on the command line.
MOST_PROJECTS = 200
_FIRST = "grid_lfp_support"
_KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Files:
    """A study as files that stand by themselves: the study, and the cases that it needs beside the ready ones."""

    name: str
    content: Mapping[str, bytes]

    @property
    def key(self) -> str:
        """Names its content."""
        parts = [name.encode() + b"\0" + content for name, content in sorted(self.content.items())]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    @contextmanager
    def opened(self) -> Iterator[Study]:
        """The study while its files lie in a folder of their own; a fault names the study and never that folder."""
        with TemporaryDirectory(prefix="appraisal-") as folder:
            for name, content in self.content.items():
                place = Path(folder, name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            try:
                yield read_study(Path(folder, STUDY))
            except InputError as error:
                raise InputError([self._without(folder, fault) for fault in error.faults]) from error

    def _without(self, folder: str, fault: Fault) -> Fault:
        told = fault.message
        shown = Message(*(text.replace(f"{folder}/", "") for text in (str(told), told.zh)))
        return Fault(where=self.name, path=fault.path, line=fault.line, message=shown)


def study_of(files: Files) -> Study:
    """The study to look at; the same files are read once.

    Raises
    ------
    InputError
        With every fault of it at once.
    """
    return _read(files.key, files)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(key: str, _files: Files) -> Study:
    del key  # It stands for the files.
    with _files.opened() as study:
        return study


@cache
def ready() -> Mapping[str, Files]:
    """The ready studies by name, read once; the comparison of support for lithium storage comes first."""
    names = sorted(study_names(), key=lambda name: name != _FIRST)
    return {name: Files(name=name, content=inputs_of(read_study(find_study(name)))) for name in names}


def handed_over(name: str, content: bytes) -> Files:
    """A study file of a person's own; its cases are ready ones.

    Raises
    ------
    InputError
        If it is too large, no mapping, or names another case: what a page was handed reads no file of the server.
    """
    shown = safe_name(name, "study.yaml")
    if len(content) > MAX_BYTES:
        raise _refused(shown, "", said("is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES))
    try:
        raw = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raw = None
    portfolio = raw.get("portfolio") if isinstance(raw, dict) else None
    if not isinstance(portfolio, dict):
        raise _refused(shown, "", said(
            "is no study file; download a ready one and change it", "不是研究文件；请下载一项现成研究后修改"
        ))  # fmt: skip
    known = scenario_names()
    faults = [
        Fault(where=shown, path=f"portfolio.{entry}.case", message=said(
            "is no ready case; a study with case files of its own runs on the command line: {command}",
            "不是现成算例；使用自有算例文件的研究请用命令行：{command}", command="appraisal mechanism run",
        ))
        for entry, one in portfolio.items() if not isinstance(one, dict) or one.get("case") not in known
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return Files(name=shown, content={STUDY: content})


def at_hurdle(files: Files, value: float) -> Files:
    """The same study with another value of its hurdle, without its reading: that was written for the hurdle it states."""
    raw = yaml.safe_load(files.content[STUDY])
    raw = {key: stated for key, stated in raw.items() if key != "reading"}
    raw |= {"hurdle": {**raw["hurdle"], "value": value}}
    return Files(name=files.name, content={**files.content, STUDY: yaml_text(raw).encode()})


def small_enough(study: Study) -> None:
    """Refuse a study that keeps a page waiting.

    Raises
    ------
    InputError
        With the number of its projects.
    """
    count = sum(plants.projects for plants in study.plants)
    if count > MOST_PROJECTS:
        raise _refused(study.file.stem, "portfolio", said(
            "{count:,} projects; a page takes {most}, the command line any number", "共 {count:,} 个项目；页面最多 {most} 个，命令行不限",
            count=count, most=MOST_PROJECTS,
        ))  # fmt: skip


def answered(files: Files, asked: Asked) -> Bundle:
    """What a study has to show; the same question is worked out once."""
    return _answered(f"{files.key} {_words(asked)}", files, asked)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _answered(key: str, _files: Files, _asked: Asked) -> Bundle:
    del key  # It stands for the study and the question.
    with _files.opened() as study:
        small_enough(study)
        return bundle_of(_asked, Bench(study=study))


def evidence(files: Files, asked: Asked) -> bytes:
    """The evidence pack of an answer, which ``appraisal mechanism reproduce`` makes again and compares."""
    return _packed(f"{files.key} {_words(asked)}", files, asked)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _packed(key: str, _files: Files, _asked: Asked) -> bytes:
    del key
    with _files.opened() as study:
        return packed(_asked, study)


def _words(asked: Asked) -> str:
    plain: dict[str, Any] = asked.plain
    return json.dumps(plain, sort_keys=True)


def _refused(where: str, path: str, message: Any) -> InputError:
    return InputError([Fault(where=where, path=path, message=message)])
