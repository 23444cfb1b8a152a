"""What is wrong or odd in a code list: a sentence for each, with the place and the fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from pipeline.errors import RuleError

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`line`: the physical line of the file, counting from 1; 0 means the file as a whole."""

    severity: Severity
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message}"


class CodeListError(RuleError):
    """A code list that cannot be used. The message gives every error found in it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


def not_known(what: str, word: str, choices: Iterable[str]) -> str:
    """The sentence for a word outside a closed vocabulary, with the nearest word and the full list."""
    known = list(choices)
    near = nearest(word, known)
    hint = f"; did you mean '{near}'?" if near else "."
    choice = f" Known: {', '.join(known)}" if known else " Leave it out."
    return f"the {what} '{word}' is not known{hint}{choice}"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that was probably meant, if any is near."""
    return next(iter(get_close_matches(word, list(choices), n=1)), None)
