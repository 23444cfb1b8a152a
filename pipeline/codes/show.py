"""A code list as text: each meaning with its codes in each system, and what is missing where."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes.codelist import CodeList
from pipeline.codes.entries import Entry
from pipeline.codes.meanings import by_meaning, claimed
from pipeline.codes.systems import SYSTEMS, System


def show(codelist: CodeList) -> Iterator[str]:
    """The lines of `codelist show`."""
    systems = claimed(codelist.metadata)
    yield f"{codelist.name}, version {codelist.version}: {codelist.title}"
    if not systems:
        yield "The list does not say in which code systems it is complete."
        yield from _rows(codelist.entries)
        return
    others = {entry.system for entry in codelist.entries} - {*systems}
    yield f"Every meaning is in {', '.join(systems)}, or is declared missing there."
    if others:
        named = ", ".join(system for system in SYSTEMS if system in others)
        yield f"It also has codes in {named}, where it does not claim to be complete."
    reasons = {(one.meaning, one.system): one.reason for one in codelist.metadata.missing}
    for meaning, found in by_meaning(codelist.entries).items():
        yield ""
        yield meaning
        for system in SYSTEMS:
            yield from _rows(found.get(system, ()))
            yield from _missing(system, reasons.get((meaning, system)))


def _missing(system: System, reason: str | None) -> Iterator[str]:
    if reason:
        yield f"  {system:<7} missing: {reason}"


def _rows(entries: tuple[Entry, ...] | list[Entry]) -> Iterator[str]:
    for entry in entries:
        below = ", and all below it" if entry.include_children else ""
        bar = f", but not with {' or '.join(entry.except_words)}" if entry.except_words else ""
        role = f" ({entry.role})" if entry.role else ""
        yield f"  {entry.system:<7} {entry.code} {entry.term}{below}{bar}{role}"
