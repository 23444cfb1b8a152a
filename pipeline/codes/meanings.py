"""What the meanings of a list lack.

Each meaning must have a code in every system that the list claims, or be declared missing there with a reason. The same
record coded in Read v2, CTV3 or SNOMED then gets the same answer, or the list says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.codes.entries import Entry
from pipeline.codes.findings import Finding, not_known
from pipeline.codes.metadata import CodeListMetadata
from pipeline.codes.systems import SYSTEMS, System

ByMeaning = dict[str, dict[System, list[Entry]]]


def by_meaning(entries: Iterable[Entry]) -> ByMeaning:
    """The rows of each meaning in each system, in the order of the list. Rows without a meaning are left out."""
    found: ByMeaning = {}
    for entry in entries:
        if entry.meaning:
            found.setdefault(entry.meaning, {}).setdefault(entry.system, []).append(entry)
    return found


def claimed(metadata: CodeListMetadata) -> tuple[System, ...]:
    """The code systems in which the list says that it has every meaning; none if it does not say."""
    said = metadata.values.get("systems", ())
    return tuple(system for system in SYSTEMS if system in said)


def check_meanings(entries: Sequence[Entry], metadata: CodeListMetadata, path: Path) -> list[Finding]:
    """Everything wrong with a list's meanings. `path` is that of its CSV."""
    yaml_path = path.with_suffix(".yaml")
    meanings = by_meaning(entries)
    if "systems" not in metadata.values:
        return _without_claim(entries, metadata, path)
    line = metadata.lines["systems"]
    unknown = [name for name in metadata.values["systems"] if name not in SYSTEMS]
    findings = [Finding("error", str(yaml_path), line, not_known("system", name, SYSTEMS)) for name in unknown]
    findings += [
        Finding("error", str(path), entry.line, f"code '{entry.code}' has no meaning; say which it belongs to")
        for entry in entries
        if not entry.meaning
    ]
    findings += [Finding("error", str(path), at, gap) for at, gap in _gaps(meanings, metadata)]
    return findings + [Finding("error", str(yaml_path), at, said) for at, said in _untrue(meanings, metadata)]


def _without_claim(entries: Sequence[Entry], metadata: CodeListMetadata, path: Path) -> list[Finding]:
    """A list of medicines may name substances and claim nothing; one with a column of meanings must claim systems."""
    yaml_path = str(path.with_suffix(".yaml"))
    if metadata.missing:
        line, said = (
            metadata.lines["missing"],
            "'missing' needs 'systems': say in which code systems the list claims to be complete",
        )
        return [Finding("error", yaml_path, line, said)]
    if any(entry.meaning and not entry.substance for entry in entries):
        said = "the list has meanings; say under 'systems' in which code systems it has them all"
        return [Finding("error", yaml_path, 0, said)]
    return []


def _gaps(meanings: ByMeaning, metadata: CodeListMetadata) -> Iterator[tuple[int, str]]:
    """Each meaning that a claimed system lacks undeclared, with the line of its first row."""
    declared = {(one.meaning, one.system) for one in metadata.missing}
    for meaning, found in meanings.items():
        lacks = [s for s in claimed(metadata) if s not in found and (meaning, s) not in declared]
        if lacks:
            first = min(entry.line for rows in found.values() for entry in rows)
            yield (
                first,
                f"the meaning '{meaning}' has no code in {', '.join(lacks)}; add one, or say under 'missing' why not",
            )


def _untrue(meanings: ByMeaning, metadata: CodeListMetadata) -> Iterator[tuple[int, str]]:
    """What is declared missing and is there, or is not of this list."""
    for one in metadata.missing:
        if one.meaning not in meanings:
            yield one.line, not_known("meaning", one.meaning, meanings)
        elif one.system in meanings[one.meaning]:
            code = meanings[one.meaning][one.system][0].code
            yield one.line, f"'{one.meaning}' is not missing in {one.system}: it has '{code}'; remove this line"
        elif one.system not in claimed(metadata):
            yield one.line, f"the list does not claim {one.system}, so nothing can be missing there; remove this line"
