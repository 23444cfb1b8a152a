"""Checking code-list files, for `casefinder codelist lint`: the same reading as `load`, with the warnings."""

from __future__ import annotations

from pathlib import Path

from pipeline.codes.codelist import read
from pipeline.codes.findings import Finding


def lint(path: Path) -> list[Finding]:
    """All that is wrong or odd in a list, given its CSV or its YAML: errors first, then by line."""
    _, findings = read(path.with_suffix(".csv"))
    return sorted(findings, key=lambda f: (f.severity, f.file, f.line))
