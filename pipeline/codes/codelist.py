"""A code list: `<name>.csv` and `<name>.yaml`, looked for in the user's folder, then in the one we ship."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes.entries import Entry, read_entries
from pipeline.codes.findings import CodeListError, Finding, not_known
from pipeline.codes.meanings import check_meanings
from pipeline.codes.metadata import CodeListMetadata, read_metadata
from pipeline.codes.text_file import read_text, text_hash

__all__ = ["CodeList", "CodeListError", "Entry", "available", "load", "read", "shipped_folder"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class CodeList:
    """A list without errors. `roles`: every role it may use, whether or not a row uses it; empty if it has none."""

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
    """The folder of the lists that come with Casefinder: beside `pipeline`, in a checkout or an installed wheel."""
    return Path(__file__).resolve().parents[2] / "codelists"


def available(folder: Path | None = None) -> list[str]:
    """The names of the lists in the user's folder and of those we ship, in order."""
    return sorted({path.stem for place in _places(folder) for path in place.glob("*.csv")})


def load(name: str, folder: Path | None = None) -> CodeList:
    """The list with this name. Raises CodeListError with every error in it."""
    found, findings = read(_find(name, folder))
    if found is None:
        raise CodeListError(f for f in findings if f.severity == "error")
    return found


def read(path: Path) -> tuple[CodeList | None, list[Finding]]:
    """The list in this CSV file and every finding; no list if any finding is an error."""
    metadata, findings = read_metadata(path.with_suffix(".yaml"))
    text, unreadable = read_text(path)
    if unreadable:
        return None, findings + unreadable
    entries, row_findings = read_entries(text, str(path))
    sha256 = text_hash(text)
    roles = frozenset(metadata.values.get("roles", ()))
    findings += row_findings + _role_findings(entries, roles, path) + _changed(metadata, sha256, path)
    findings += check_meanings(entries, metadata, path)
    if any(f.severity == "error" for f in findings):
        return None, findings
    title, version = metadata.text("title"), metadata.text("version")
    return CodeList(path.stem, title, version, path, sha256, entries, roles, metadata, tuple(findings)), findings


def _places(folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise CodeListError(
            [Finding("error", str(folder), 0, "there is no such folder; give the folder that holds your code lists")]
        )
    return [shipped_folder()] if folder is None else [folder, shipped_folder()]


def _find(name: str, folder: Path | None) -> Path:
    places = _places(folder)
    if _NAME.fullmatch(name):
        for place in places:
            if (place / f"{name}.csv").is_file():
                return place / f"{name}.csv"
    raise CodeListError([Finding("error", f"{name}.csv", 0, not_known("code list", name, available(folder)))])


def _role_findings(entries: Iterable[Entry], roles: frozenset[str], path: Path) -> list[Finding]:
    """If the list has roles, every row must have one of them. If it has none, no row may have one."""
    return [
        Finding("error", str(path), entry.line, problem)
        for entry in entries
        if (problem := _role_problem(entry, roles, path.with_suffix(".yaml").name))
    ]


def _role_problem(entry: Entry, roles: frozenset[str], yaml_name: str) -> str:
    if entry.role is None:
        return f"code '{entry.code}' has no role; give it one of {', '.join(sorted(roles))}" if roles else ""
    if not roles:
        return f"role '{entry.role}': {yaml_name} does not list the roles; add them, for example roles: [{entry.role}]"
    if entry.role not in roles:
        return not_known("role", entry.role, sorted(roles))
    return ""


def _changed(metadata: CodeListMetadata, sha256: str, path: Path) -> list[Finding]:
    """An error if the CSV is not the one whose sha256 the YAML gives."""
    vouched = metadata.text("sha256").lower()
    if vouched in ("", sha256):
        return []
    fix = f"restore the right file or, if you meant to change it, raise the version and set sha256: {sha256}"
    yaml_path = str(path.with_suffix(".yaml"))
    return [
        Finding("error", yaml_path, metadata.lines["sha256"], f"{path.name} has changed since this was written; {fix}")
    ]


def lint(path: Path) -> list[Finding]:
    """Everything wrong or odd in a list, given its CSV or its YAML. Errors come first, then by line."""
    _, findings = read(path.with_suffix(".csv"))
    return sorted(findings, key=lambda f: (f.severity, f.file, f.line))
