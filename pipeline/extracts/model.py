"""What a reader hands back: the files it read, what it left out, and what the format cannot carry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceFile:
    """A file as read. `rows + rejected + breaks + 1` (the header) is `lines`; a Parquet file has no lines: 0."""

    name: str
    sha256: str
    lines: int
    rows: int
    rejected: int
    breaks: int  # line breaks inside fields


@dataclass(frozen=True)
class Extract:
    """`left_out` counts, by plain-word reason, what was dropped or kept in doubt; the rest are plain sentences."""

    format: str
    version: str
    files: tuple[SourceFile, ...]
    left_out: dict[str, int]
    lacks: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Notes:
    """What a reader gathers on its way."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    lacks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def close(self, format_name: str, version: str) -> Extract:
        """The finished account; reasons that never happened are not mentioned."""
        left_out = {reason: count for reason, count in sorted(self.left_out.items()) if count}
        return Extract(format_name, version, tuple(self.files), left_out, tuple(self.lacks), tuple(self.warnings))
