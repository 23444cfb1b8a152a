"""Reads the lines of a text file, whatever encoding the practice's system or spreadsheet saved it in."""

from __future__ import annotations

import codecs

from pipeline.errors import ExtractError

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx (and any zip), and .xls
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_lines(data: bytes, name: str) -> list[str]:
    """The lines without their ends. Raises ExtractError if the file is not text."""
    if not data.strip(b"\0 \r\n\t"):
        raise ExtractError(f"{name} is empty. Export the report again.")
    if data.startswith(_WORKBOOKS):
        raise ExtractError(
            f"{name} is a workbook or an archive, not a text file. Export the report as CSV. Or, in Excel, set the "
            "columns of numbers to Text, then choose Save As and CSV UTF-8."
        )
    text = _decode(data, name).replace("\r\n", "\n")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def _decode(data: bytes, name: str) -> str:
    """UTF-16 if its mark (Excel's "Unicode text") or zero bytes say so; otherwise UTF-8, then Windows-1252."""
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16")
        if b"\0" in data[:2]:
            return data.decode("utf-16-le" if data[1] == 0 else "utf-16-be")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_old(data, name)


def _decode_old(data: bytes, name: str) -> str:
    try:
        if b"\0" not in data:
            return data.decode("cp1252")
    except UnicodeDecodeError:
        pass
    raise ExtractError(f"{name} cannot be read as text. Export the report again as CSV.")
