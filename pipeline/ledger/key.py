"""The ledger's key, and the keyed marks of people who must not be written to.

A mark is the HMAC-SHA-256 (RFC 2104) of an NHS number, or of a practice and its patient id. Without the key it says
nothing. With the key, it shows whether a person whose number you already know is marked.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from pipeline.files.private import create_private, flush_folder
from pipeline.ledger.registration import Registration
from pipeline.store.pseudonyms import read_key

ENDING = ".key"
_FIRST_ENDING = ".new-key"  # until the ledger is made with it
_CHECKED = b"casefinder ledger key check"


def key_file(ledger: Path) -> Path:
    """Where the key is, unless another file is given."""
    return ledger.with_name(ledger.name + ENDING)


def take_key(ledger: Path, given: Path | None) -> bytes:
    """The key given, or the one beside the ledger. Raises StoreError if it is not a key."""
    first = _first_key_file(ledger)
    is_half_made = not given and not key_file(ledger).exists() and first.exists()
    return read_key(first if is_half_made else given or key_file(ledger))


def draw_key(ledger: Path) -> None:
    """For a new ledger. The key has a name of its own until `keep_key`: so a key beside a ledger that is gone shows it.

    Does nothing if a process that was killed has drawn one.
    """
    first = _first_key_file(ledger)
    if not first.exists():
        with create_private(first) as file:
            file.write(secrets.token_hex(32).encode())
        flush_folder(first.parent)


def keep_key(ledger: Path) -> None:
    """The ledger is made: give the key that was drawn for it its own name. Raises OSError."""
    first = _first_key_file(ledger)
    if first.exists():
        first.replace(key_file(ledger))
        flush_folder(first.parent)


def _first_key_file(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + _FIRST_ENDING)


def key_check(key: bytes) -> str:
    """What the ledger keeps of its key: enough to notice a wrong one, too little to find the key."""
    return hmac.digest(key, _CHECKED, "sha256").hex()[:16]


def marks(key: bytes, people: Iterable[Registration]) -> set[str]:
    """Every mark that these registrations may have. One without a patient id has that of its number only."""
    texts = {text for one in people for text in _texts(one)}
    return {hmac.digest(key, text.encode(), "sha256").hex() for text in texts}


def _texts(one: Registration) -> Iterable[str]:
    if one.patient_id:
        yield f"patient {len(one.practice_id)} {one.practice_id} {one.patient_id}"
    if one.number:
        yield f"nhs number {one.number}"
