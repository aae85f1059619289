"""A link that holds a case: the stated sections, packed, with the version of the packing in front."""

from __future__ import annotations

import base64
import binascii
import json
import zlib

from appraisal.app.draft import CASE, Draft, canonical
from appraisal.app.names import safe_name
from appraisal.errors import Fault, InputError, Message, said

VERSION = "1"
# Some browsers and most chat programs cut longer addresses.
LONGEST = 6000
# A packed text may not unpack to more than this.
_MAX_TEXT = 200_000
_DAMAGED = said(
    "the link is damaged: part of it is missing or changed; copy it once more",
    "链接已损坏：部分内容缺失或被改动；请重新复制",
)


def packed(draft: Draft) -> str:
    """The case as the value of the address's ``case``.

    Raises
    ------
    InputError
        If files came with it, or it is too long for an address.
    """
    if draft.files:
        raise _refused(said(
            "a case with files of its own (prices, load, PV) does not fit into a link; save it as a file, which holds them",
            "自带电价、负荷或光伏数据文件的算例无法放进链接；请保存为文件，文件内含这些数据",
        ))  # fmt: skip
    text = json.dumps([draft.name, json.loads(canonical(draft.stated))], ensure_ascii=False, separators=(",", ":"))
    made = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    if len(made) > LONGEST:
        raise _refused(said(
            "{length:,} characters are too long for a link (at most {most:,}); save the case as a file",
            "链接长达 {length:,} 个字符（上限 {most:,}）；请保存为文件", length=len(made), most=LONGEST,
        ))  # fmt: skip
    return f"{VERSION}.{made}"


def unpacked(words: str) -> Draft:
    """The case of a link.

    Raises
    ------
    InputError
        If it is of another version, damaged or too large; what is wrong with the case itself is told on its page.
    """
    version, mark, body = words.partition(".")
    if not mark:
        raise _refused(_DAMAGED)
    if version != VERSION:
        raise _refused(said(
            "the link is of version {version!r}; this program reads {mine}; ask for the case as a file",
            "链接版本为 {version!r}，本程序只读取 {mine}；请索取算例文件", version=version[:8], mine=VERSION,
        ))  # fmt: skip
    if len(body) > LONGEST:
        raise _refused(said(
            "the link is too long ({length:,} characters, at most {most:,})",
            "链接过长（{length:,} 个字符，上限 {most:,}）", length=len(body), most=LONGEST,
        ))  # fmt: skip
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), _MAX_TEXT)
        if reader.unconsumed_tail or not reader.eof:
            raise ValueError("unfinished")
        name, stated = json.loads(text, parse_constant=_no_number)
        if not isinstance(name, str) or not isinstance(stated, dict):
            raise ValueError("no case")
    except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
        raise _refused(_DAMAGED) from error
    return Draft(name=safe_name(name, CASE), stated=stated)


def _no_number(word: str) -> float:
    """NaN and infinity are no numbers of a case."""
    raise ValueError(word)


def _refused(message: Message) -> InputError:
    return InputError([Fault(where="link", message=message)])
