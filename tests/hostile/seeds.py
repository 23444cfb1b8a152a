"""Sound inputs to begin each fuzzer with."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.codes.codelist import shipped_folder as lists_folder
from pipeline.rules.inheritance import shipped_folder as rules_folder
from tests.hostile.people import RULE

_REPORT = b"Practice report\r\nNHS Number,EMIS Number,Date of Birth\r\n999 123 4519,4701,15-Feb-1980\r\nTotal,1,\r\n"
_PREVIOUS = (
    b'{"quality_schema": 1, "extract_date": "2026-11-20", "rules": {}, "findings": [], "listed": null, '
    b'"counts": {"columns": [], "rows": []}}'
)


def seeds(name: str) -> Iterable[bytes]:
    match name:
        case "rule":
            return [RULE.encode(), *(path.read_bytes() for path in rules_folder().glob("*[a-z].yaml"))]
        case "invented":
            return [path.read_bytes()[:4000] for path in rules_folder().glob("*.patients.yaml")]
        case "codelist":
            return [_list(path) for path in sorted(lists_folder().glob("*.csv"))]
        case "report":
            return [_REPORT, _REPORT.decode().encode("utf-16")]
        case "previous":
            return [_PREVIOUS]
        case "archive":
            return [b"\0" + _zip(), b"\xff" + gzip.compress(b"a,b\n1,2\n")]
        case "csv":
            return [b'1,"a ""b""\nc",x\n2,b,y\n', b"1,a,b\r\n2,\xe9,b\r\n"]
        case _:
            return [bytes(range(256)), b"\0" * 64]


def _list(path: Path) -> bytes:
    about = path.with_suffix(".yaml").read_bytes().split(b"sha256")[0]
    return about[:1500] + b"\0" + path.read_bytes()[:1500]


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/er/patient.csv", "a,b\n1,2\n")
    return out.getvalue()


def write_seeds(name: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (folder / f"seed-{number:03}").write_bytes(content)
    return folder
