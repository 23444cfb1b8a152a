"""A code list: `<name>.csv` beside `<name>.yaml`, looked for in the user's folder and then among those shipped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes.entries import Entry, read_entries
from pipeline.codes.findings import CodeListError, Finding, not_known
from pipeline.codes.metadata import CodeListMetadata, read_metadata
from pipeline.codes.text_file import fingerprint, read_text

__all__ = ["CodeList", "CodeListError", "Entry", "available", "load", "read", "shipped_folder"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class CodeList:
    """A list without errors. `roles`: every role it may use, whether or not a row has it; empty when it has none."""

    name: str
    title: str
    version: str
    path: Path
    sha256: str
    entries: tuple[Entry, ...]
    roles: frozenset[str]
    metadata: CodeListMetadata
    warnings: tuple[Finding, ...]


def shipped_folder() -> Path:
    """The lists that come with Casefinder: beside `pipeline`, in a checkout as in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "codelists"


def available(folder: Path | None = None) -> list[str]:
    """Names of the lists in the user's folder and of those shipped, in order."""
    return sorted({path.stem for place in _places(folder) for path in place.glob("*.csv")})


def load(name: str, folder: Path | None = None) -> CodeList:
    """The list of this name. Raises CodeListError with every error in it at once."""
    found, findings = read(_find(name, folder))
    if found is None:
        raise CodeListError(f for f in findings if f.severity == "error")
    return found


def read(path: Path) -> tuple[CodeList | None, list[Finding]]:
    """The list in this CSV file and all that was found in it; no list when something found is an error."""
    metadata, findings = read_metadata(path.with_suffix(".yaml"))
    text, unreadable = read_text(path)
    if unreadable:
        return None, findings + unreadable
    entries, row_findings = read_entries(text, str(path))
    sha256 = fingerprint(text)
    roles = frozenset(metadata.values.get("roles", ()))
    findings += row_findings + _role_findings(entries, roles, path) + _changed(metadata, sha256, path)
    if any(f.severity == "error" for f in findings):
        return None, findings
    title, version = metadata.text("title"), metadata.text("version")
    return CodeList(path.stem, title, version, path, sha256, entries, roles, metadata, tuple(findings)), findings


def _places(folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise CodeListError([Finding("error", str(folder), 0, "there is no such folder; give the one with your lists")])
    return [shipped_folder()] if folder is None else [folder, shipped_folder()]


def _find(name: str, folder: Path | None) -> Path:
    places = _places(folder)
    if _NAME.fullmatch(name):
        for place in places:
            if (place / f"{name}.csv").is_file():
                return place / f"{name}.csv"
    raise CodeListError([Finding("error", f"{name}.csv", 0, not_known("code list", name, available(folder)))])


def _role_findings(entries: Iterable[Entry], roles: frozenset[str], path: Path) -> list[Finding]:
    """Every row of a list with roles has one of them, and a list without roles has none."""
    return [
        Finding("error", str(path), entry.line, problem)
        for entry in entries
        if (problem := _role_problem(entry, roles, path.with_suffix(".yaml").name))
    ]


def _role_problem(entry: Entry, roles: frozenset[str], yaml_name: str) -> str:
    if entry.role is None:
        return f"code '{entry.code}' has no role; give it one of {', '.join(sorted(roles))}" if roles else ""
    if not roles:
        return f"role '{entry.role}': name the list's roles in {yaml_name}, for example roles: [{entry.role}]"
    if entry.role not in roles:
        return not_known("role", entry.role, sorted(roles))
    return ""


def _changed(metadata: CodeListMetadata, sha256: str, path: Path) -> list[Finding]:
    """An error when the CSV is not the one the YAML vouches for."""
    vouched = metadata.text("sha256").lower()
    if vouched in ("", sha256):
        return []
    fix = f"take the right file back or, if the change is meant, raise the version and write sha256: {sha256}"
    yaml_path = str(path.with_suffix(".yaml"))
    return [
        Finding(
            "error", yaml_path, metadata.lines["sha256"], f"{path.name} is not the file this was written for; {fix}"
        )
    ]


def lint(path: Path) -> list[Finding]:
    """All that is wrong or odd in a list, given its CSV or its YAML: errors first, then by line."""
    _, findings = read(path.with_suffix(".csv"))
    return sorted(findings, key=lambda f: (f.severity, f.file, f.line))
