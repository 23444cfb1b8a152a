"""A bulk and its deltas in a folder, to be read night by night."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthetic_data import Deltas, generate
from tests.synthetic_data.receiver import TABLES, Key, Receiver, Row, key_of, read

NIGHTS = 5


@dataclass(frozen=True)
class Nights:
    """A folder of one bulk and its deltas; night 0 is the bulk."""

    folder: Path
    count: int

    def night(self, number: int) -> Path:
        return self.folder / "deltas" / f"{number:03}" if number else self.folder / "bulk"

    def rows(self, number: int, table: str) -> list[Row]:
        return read(self.night(number), table)

    def received(self, careless: str = "", tables: tuple[str, ...] = TABLES) -> Receiver:
        receiver = Receiver(careless)
        for number in range(self.count + 1):
            receiver.apply(self.night(number), tables)
        return receiver

    def final(self, tables: tuple[str, ...] = TABLES) -> dict[Key, Row]:
        receiver = Receiver()
        receiver.apply(self.folder / "final", tables)
        return receiver.held

    def first_seen(self, table: str) -> dict[Key, int]:
        """The night of each key's first row that is no deletion."""
        found: dict[Key, int] = {}
        for number in range(self.count + 1):
            for row in self.rows(number, table):
                if row.get("Deleted") != "true":
                    found.setdefault(key_of(table, row), number)
        return found


def write(folder: Path, seed: int, patients: int = 300, practices: int = 3, asked: Deltas | None = None) -> Nights:
    asked = asked or Deltas(NIGHTS)
    generate("emis", patients, practices, seed, folder, deltas=asked)
    return Nights(folder, asked.count)
