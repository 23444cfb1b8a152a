"""How an extract was recognised, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extracts.model import Extract
from pipeline.extracts.registry import format_of


@dataclass(frozen=True)
class Recognised:
    """`because`: which files and columns matched. `doubts`: why it is only likely; empty if it is sure."""

    because: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        return not self.doubts


def recognise(extract: Extract) -> Recognised:
    """How the extract described by `extract` was recognised."""
    signs = tuple(format_of(extract.format).recognise(extract))
    return Recognised(
        tuple(sign.text for sign in signs if not sign.is_doubt), tuple(sign.text for sign in signs if sign.is_doubt)
    )
