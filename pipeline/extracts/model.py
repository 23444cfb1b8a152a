"""What a reader returns: the files it read, what it left out, and what the format cannot carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.extracts.csv.fillers import Filler
from pipeline.extracts.gaps import Gap, Topic


@dataclass(frozen=True)
class SourceFile:
    """A file as read. `rows + rejected + breaks + 1` (the header) is `lines`; a Parquet file has no lines, so 0."""

    name: str
    sha256: str
    lines: int
    rows: int
    rejected: int
    breaks: int  # lines that begin no row: line breaks inside fields, and fillers such as empty lines


@dataclass(frozen=True)
class Delivery:
    """Files that came together. `feed`: their agreement, if the supplier numbers each agreement's deliveries.

    `first` and `last`: the supplier's numbers for them, 0 if there are none. `day`: the day number on which they were
    made, if known.
    """

    feed: str
    first: int
    last: int
    day: int | None
    files: tuple[Path, ...]

    @property
    def number(self) -> str:
        """The number as people write it, such as `7` or `7-9`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def whole(files: Iterable[Path]) -> Delivery:
    """The only delivery in a folder, for a format whose deliveries have no numbers: each is a whole extract."""
    return Delivery("", 0, 0, None, tuple(files))


@dataclass(frozen=True)
class Earlier:
    """What came before a delivery of the same feed. `last`: the highest number. `files`: those of the one before."""

    last: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Nouns:
    """What a format's users call its rows. `tells_codes`: rows without a known code are reported."""

    event: str = "event"
    prescription: str = "prescription"
    patient: str = "patient"
    tells_codes: bool = False


@dataclass(frozen=True)
class Extract:
    """The account of an extract. `left_out`: how much was dropped or kept in doubt, by reason. `warnings`: sentences.

    `pseudonymised_because`: why no list can be written from it, if it is pseudonymised; else empty.
    """

    format: str
    version: str
    files: tuple[SourceFile, ...]
    left_out: dict[str, int]
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    nouns: Nouns
    pseudonymised_because: str
    torn: dict[int, tuple[str, int]]  # by dictionary: its file, and how many of its lines were lost


@dataclass(frozen=True)
class Notes:
    """What a reader notes as it works. `first_file`: the number of the delivery's first file, after earlier ones."""

    first_file: int = 1

    files: list[SourceFile] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    gaps: list[Gap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    fillers: list[tuple[str, Filler]] = field(default_factory=list)  # each with its file
    delimiters: list[tuple[str, str]] = field(default_factory=list)  # files with other ones than their format's
    first_faults: dict[str, str] = field(default_factory=dict)  # of each file with lost lines: where and why

    torn: dict[int, tuple[str, int]] = field(default_factory=dict)

    def gap(self, topic: Topic, text: str) -> None:
        """Note a gap. `text` is a whole sentence."""
        self.gaps.append(Gap(topic, text))

    @property
    def newest_file(self) -> int:
        """The number of the file opened last."""
        return self.first_file + len(self.files) - 1


@dataclass(frozen=True)
class Variant:
    """Which variant of its format a delivery is, as its reader found it.

    `nouns` and `pseudonymised_because`: given only if they depend on the variant; else the format's own apply.
    """

    version: str
    nouns: Nouns | None = None
    pseudonymised_because: str | None = None
