"""Reads `missing` in a list's YAML: which meanings have no code in which systems, and why.

missing:
  chronic neck pain:
    read2, ctv3: No code that says chronic was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from pipeline.codes.findings import Finding, not_known
from pipeline.codes.systems import SYSTEMS, System

_SHAPE = "'missing' gives each meaning its systems, and each of them a reason, such as read2, ctv3: none was found"


@dataclass(frozen=True)
class Missing:
    """A meaning that has no code in a system, said so by the list's author."""

    meaning: str
    system: System
    reason: str
    line: int


def read_missing(node: yaml.Node, file: str) -> tuple[tuple[Missing, ...], list[Finding]]:
    """Every meaning that is declared missing, and everything wrong with how that is written."""
    if not isinstance(node, yaml.MappingNode):
        return (), [Finding("error", file, node.start_mark.line + 1, _SHAPE)]
    found = [one for meaning, systems in node.value for one in _read_meaning(meaning, systems, file)]
    declared = tuple(one for one in found if isinstance(one, Missing))
    return declared, [one for one in found if isinstance(one, Finding)]


def _read_meaning(meaning: yaml.Node, systems: yaml.Node, file: str) -> Iterator[Missing | Finding]:
    if not isinstance(systems, yaml.MappingNode):
        yield Finding("error", file, meaning.start_mark.line + 1, _SHAPE)
        return
    for named, reason in systems.value:
        line = named.start_mark.line + 1
        said = reason.value.strip() if isinstance(reason, yaml.ScalarNode) else ""
        if not said:
            yield Finding("error", file, line, f"say why '{meaning.value}' has no code here")
        for system in str(named.value).replace(",", " ").split():
            yield from _read_system(" ".join(str(meaning.value).split()), system, said, line, file)


def _read_system(meaning: str, written: str, reason: str, line: int, file: str) -> Iterator[Missing | Finding]:
    for system in SYSTEMS:
        if written == system:
            yield Missing(meaning, system, reason, line)
            return
    yield Finding("error", file, line, not_known("system", written, SYSTEMS))
