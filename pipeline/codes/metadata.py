"""Reads the YAML beside a code list: what the list is, who made it, and what a clinician must still approve.

`yaml.compose` keeps every value as the text that was typed (version 1.10 stays "1.10", `no` stays "no") and gives every
finding its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.codes.findings import Finding, Severity, not_known
from pipeline.codes.missing import Missing, read_missing
from pipeline.codes.text_file import read_text

LARGEST = 200_000  # bytes; the longest we ship is a tenth of this
REQUIRED = ("title", "version")
EXPECTED = ("author", "date", "source", "licence", "method", "sha256", "to_approve")
OPTIONAL = ("roles", "decisions", "systems", "missing")
KEYS = (*REQUIRED, *EXPECTED, *OPTIONAL)
_ONE_TEXT = ("title", "version", "author", "date", "licence", "sha256")


@dataclass(frozen=True)
class CodeListMetadata:
    """The YAML's values and line numbers, by key. A single text is a tuple of one. `missing` is kept by itself."""

    values: dict[str, tuple[str, ...]]
    lines: dict[str, int]
    missing: tuple[Missing, ...] = ()

    def text(self, key: str) -> str:
        return "\n".join(self.values.get(key, ()))


def read_metadata(path: Path) -> tuple[CodeListMetadata, list[Finding]]:
    """The YAML file and everything wrong with it."""
    empty = CodeListMetadata({}, {})
    text, unreadable = read_text(path, LARGEST)
    if unreadable:
        return empty, unreadable
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return empty, [Finding("error", str(path), line, f"this is not valid YAML: {error.problem or error.context}")]
    except (yaml.YAMLError, RecursionError, ValueError):
        return empty, [
            Finding(
                "error",
                str(path),
                0,
                "this is not valid YAML: it has characters that are not text, or is nested too deeply",
            )
        ]
    if not isinstance(root, yaml.MappingNode):
        return empty, [
            Finding("error", str(path), 1, "the file needs keys and values, for example title: Chronic pain")
        ]
    return _read_keys(root, str(path))


def _read_keys(root: yaml.MappingNode, file: str) -> tuple[CodeListMetadata, list[Finding]]:
    values: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    findings: list[Finding] = []
    missing: tuple[Missing, ...] = ()
    for key_node, value_node in root.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if problem := _key_problem(key, key in values):
            findings.append(Finding("error", file, line, problem))
            continue
        lines[key] = line
        if key == "missing":
            missing, problems = read_missing(value_node, file)
            findings += problems
            continue
        values[key] = _texts(value_node)
        if problem := _value_problem(key, value_node, values[key]):
            findings.append(Finding("error", file, line, problem))
    return CodeListMetadata(values, lines, missing), findings + _absent(values, file)


def _key_problem(key: str, seen: bool) -> str:
    if key not in KEYS:
        return not_known("key", key, KEYS)
    return f"the key '{key}' appears more than once; keep one" if seen else ""


def _texts(node: yaml.Node) -> tuple[str, ...]:
    """The text, or the texts of a list, as typed; empty for anything else."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not all(isinstance(n, yaml.ScalarNode) for n in nodes):
        return ()
    return tuple(text for n in nodes if (text := n.value.strip()))


def _value_problem(key: str, node: yaml.Node, texts: tuple[str, ...]) -> str:
    if not texts and not (isinstance(node, yaml.ScalarNode) or node.value == []):
        return f"'{key}' must be a text or a list of texts; put text that contains a colon in quotation marks"
    if key in _ONE_TEXT and len(texts) > 1:
        return f"'{key}' must be one text, not a list"
    return ""


def _absent(values: dict[str, tuple[str, ...]], file: str) -> list[Finding]:
    def absent(keys: tuple[str, ...], severity: Severity) -> list[Finding]:
        return [Finding(severity, file, 0, f"'{key}' is missing") for key in keys if not values.get(key)]

    return absent(REQUIRED, "error") + absent(EXPECTED, "warning")
