"""What each night did, as a JSON line for each step: counts, and nothing about any one patient."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.files.private import private_folder

JOURNAL = "journal"


@dataclass(frozen=True)
class Journal:
    """The journal of one night. There is a file for each month."""

    path: Path
    night: date

    def write(self, step: str, **counts: object) -> None:
        """Add a line, which is on the disk when this returns. Raises OutputError."""
        line = json.dumps({"night": self.night.isoformat(), "step": step, **counts}, ensure_ascii=False)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(f"{line}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(f"The journal {self.path} cannot be written: {error.strerror}.") from None


def open_journal(output: Path, night: date) -> Journal:
    """Raises OutputError."""
    return Journal(private_folder(output / JOURNAL) / f"{night:%Y-%m}.jsonl", night)
