"""A case with the files that belong to it as one .zip: written by the app, read back under guard, nothing ever unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePath

from appraisal.errors import Fault, InputError, Message, said

# A case and its price series; a folder that holds more is no case.
MOST_FILES = 20
# What all files of an archive may unpack to; a price series alone may take half of it.
MOST_UNPACKED = 40_000_000
CASES = (".yaml", ".yml", ".xlsx")
TABLES = (".csv", ".txt", ".tsv", ".xls")
# How the list of a .zip begins each entry: counted before the list is read, which takes long where it is made to.
_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 500
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF8 = 0x1, 0x800
# What a Mac puts beside the files of a folder.
_OF_THE_SYSTEM = ("__MACOSX/", ".DS_Store")
# What the parts of an archive raise that is damaged or made to do harm; told as a file that cannot be read.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError, IndexError,
    OverflowError,
)  # fmt: skip
_MENDED = said(
    "the .zip holds one case (.yaml or .xlsx) and the tables of its prices, as this app saves it",
    "压缩包内应为一个算例（YAML 或 Excel 模板）及其电价序列表，与本应用保存的一致",
)


def unzipped(shown: str, content: bytes) -> dict[str, bytes]:
    """The files of an archive by their names, all of one folder.

    Parameters
    ----------
    shown : str
        What messages call the archive.
    content : bytes
        Of a .zip file.

    Raises
    ------
    InputError
        If it is damaged or locked, holds too many or too large files, another archive, files of other kinds or of several
        folders, or a name that leads out of its folder.
    """
    if content.count(_ENTRY) > _MOST_ENTRIES:
        raise _refused(shown, _too_many())
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {name: entry for entry in archive.infolist() if (name := _name(entry)) is not None}
            listed = [entry for entry in archive.infolist() if _name(entry) is not None]
            fault = _fault(list(entries), listed)
            if fault is not None:
                raise _refused(shown, fault)
            return _read(shown, archive, entries)
    except _DAMAGED as error:
        raise _refused(shown, said("is damaged or no .zip file; {mended}", "已损坏，或不是 ZIP 压缩包；{mended}", mended=_MENDED)) from error  # fmt: skip


def _refused(shown: str, message: Message) -> InputError:
    return InputError([Fault(where=shown, message=message)])


def _too_many() -> Message:
    return said(
        "holds more than {most} files; {mended}", "内含超过 {most} 个文件；{mended}", most=MOST_FILES, mended=_MENDED
    )


def _name(entry: zipfile.ZipInfo) -> str | None:
    """The name of a file as it was meant; None for a folder and for what a system adds.

    Windows of a Chinese user writes GBK and says nothing of it; Python reads such names as code page 437.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF8 and not name.isascii():
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = entry.filename
    if entry.is_dir() or name.startswith(_OF_THE_SYSTEM) or PurePath(name).name in _OF_THE_SYSTEM:
        return None
    return name


def _fault(names: list[str], entries: list[zipfile.ZipInfo]) -> Message | None:
    """What keeps the list of an archive from being a case and its files; None where nothing does."""
    if len(entries) > MOST_FILES:
        return _too_many()
    if len(names) < len(entries):
        return said("holds two files of one name; {mended}", "内有同名文件；{mended}", mended=_MENDED)
    if any(
        "\\" in name or ":" in name or PurePath(name).is_absolute() or ".." in PurePath(name).parts for name in names
    ):
        return said(
            "a file's name in it leads out of its folder; {mended}", "内有指向文件夹之外的文件名；{mended}", mended=_MENDED
        )  # fmt: skip
    if len({PurePath(name).parent for name in names}) > 1:
        return said("holds files of several folders; {mended}", "内有多个文件夹的文件；{mended}", mended=_MENDED)
    odd = [name for name in names if PurePath(name).suffix.lower() not in (*CASES, *TABLES)]
    if odd:
        return said(
            "{name!r} in it is no case and no price series; {mended}",
            "其中的 {name!r} 既不是算例也不是电价序列；{mended}", name=PurePath(odd[0]).name[:80], mended=_MENDED
        )  # fmt: skip
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return said("is locked with a password; take it off", "有密码保护；请取消密码")
    if any(entry.compress_type not in _PLAIN for entry in entries):
        return said("is packed in a way that is not read; pack it anew as an ordinary .zip", "压缩方式不受支持；请重新压缩为普通压缩包")  # fmt: skip
    return None


def _read(shown: str, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, bytes]:
    """The contents; no more is unpacked than may be, whatever the list says of sizes."""
    found: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for name, entry in entries.items():
        with archive.open(entry) as held:
            content = held.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _refused(shown, said(
                "unpacks to more than {most:,} bytes; {mended}", "解压后超过 {most:,} 字节；{mended}", most=MOST_UNPACKED, mended=_MENDED
            ))  # fmt: skip
        found[PurePath(name).name] = content
    return found
