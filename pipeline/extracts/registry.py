"""Every format that Casefinder reads. A new one is a folder here and a line in this list."""

from __future__ import annotations

from pipeline.extracts.aurum.format import AURUM
from pipeline.extracts.emis.format import EMIS
from pipeline.extracts.explorer.format import EXPLORER
from pipeline.extracts.format import Format
from pipeline.extracts.omop.format import OMOP
from pipeline.extracts.plain.format import PLAIN
from pipeline.extracts.tpp.format import TPP

FORMATS: tuple[Format, ...] = (EMIS, PLAIN, EXPLORER, OMOP, TPP, AURUM)


def format_of(title: str) -> Format:
    """The format with this title. Raises KeyError if there is none."""
    return {each.title: each for each in FORMATS}[title]
