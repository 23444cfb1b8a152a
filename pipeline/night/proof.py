"""A run folder's own proof of publication: which ledger made it, as which run, and what was in it.

The proof is written before the folder gets its name, under a first name that says "not yet recorded". Once the ledger's
transaction is on the disk, the proof gets its own name. So a folder with a whole proof was published, whatever the
ledger says now: it may be an older copy that was put back.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.files.bounded import read_small
from pipeline.files.private import create_private, flush_folder
from pipeline.ledger.chain import write_body
from pipeline.ledger.open import Ledger
from pipeline.runs.paths import RunPaths

_LARGEST = 10_000  # bytes
_PURPOSE = b"casefinder run folder "


@dataclass(frozen=True)
class Proof:
    """`ledger`: the hash of its first row, which no other ledger has. `run`: the number of the run's row.

    `after`: the hash of the row before that. `contents`: the SHA-256 of the folder, without this proof.
    """

    ledger: str
    study: str
    folder: str
    run: int
    after: str
    contents: str


@dataclass(frozen=True)
class FoundProof:
    """`proof` is None if the file cannot be read, or was not sealed with this ledger's key."""

    proof: Proof | None
    is_whole: bool


def ledger_id(ledger: Ledger) -> str:
    """The same in every copy of one ledger, and in no other ledger."""
    return hash_of(ledger, 1)


def hash_of(ledger: Ledger, row: int) -> str:
    """Of a row of the chain; empty if there is no such row."""
    found = ledger.con.execute("SELECT hash FROM chain WHERE seq = ?", [row]).fetchone()
    return str(found[0]) if found else ""


def describe(ledger: Ledger, study: str, folder: str, run: int, contents: str) -> Proof:
    """The proof of a run that the ledger holds, or is about to."""
    return Proof(
        ledger=ledger_id(ledger),
        study=study,
        folder=folder,
        run=run,
        after=hash_of(ledger, run - 1),
        contents=contents,
    )


def write_first(ledger: Ledger, folder: Path, proof: Proof) -> None:
    """Write the proof under its first name, before the run is recorded. Raises OutputError."""
    text = json.dumps({**asdict(proof), "seal": _seal(ledger, proof)}, indent=2)
    with create_private(RunPaths(folder).first_proof) as file:
        file.write(f"{text}\n".encode())


def complete(folder: Path) -> None:
    """The ledger holds the run: give the proof its own name. Does nothing if it has it. Raises OutputError."""
    run = RunPaths(folder)
    try:
        if run.first_proof.is_file():
            run.first_proof.replace(run.proof)
            flush_folder(folder)
    except OSError as error:
        raise OutputError(f"{run.proof} cannot be written: {error.strerror}. Close any program that uses it.") from None


def find_proof(ledger: Ledger, folder: Path) -> FoundProof | None:
    """The proof in a folder, if there is one."""
    run = RunPaths(folder)
    if run.proof.exists():
        return FoundProof(_read(ledger, run.proof), is_whole=True)
    return FoundProof(_read(ledger, run.first_proof), is_whole=False) if run.first_proof.exists() else None


def _read(ledger: Ledger, path: Path) -> Proof | None:
    try:
        found = json.loads(read_small(path, _LARGEST))
        seal = found.pop("seal")
        proof = Proof(**found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    is_ours = isinstance(seal, str) and hmac.compare_digest(seal.encode(), _seal(ledger, proof).encode())
    return proof if is_ours and proof.ledger == ledger_id(ledger) else None


def _seal(ledger: Ledger, proof: Proof) -> str:
    return hmac.digest(ledger.key, _PURPOSE + write_body(asdict(proof)).encode(), "sha256").hex()
