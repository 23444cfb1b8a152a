"""One invented population in every format, in forms that lack something, and what inspect and search make of it."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path
from unittest.mock import patch

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.options import SearchOptions
from pipeline.errors import ExtractError
from pipeline.inspection.inspect import Inspection
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from synthetic_data import generate
from synthetic_data.explorer.write import start_explorer
from synthetic_data.order import FormatWriter
from synthetic_data.writers import WRITERS

OLDER = "explorer, older tables"
FLAT = "emis, before version 5.4"
WHOLE = ("emis", "tpp", "explorer", "aurum", "omop", "plain")
EVERY = (*WHOLE, OLDER, FLAT)


def write(folder: Path, name: str, patients: int = 400) -> Path:
    """An extract in this format."""
    kind = {OLDER: "older", FLAT: "emis"}.get(name, name)
    with patch.dict(WRITERS, {"older": FormatWriter("older", partial(start_explorer, generation="older"))}):
        generate(kind, patients, 1, 3, folder)
    if name == FLAT:
        [dictionary] = folder.glob("*Coding_ClinicalCode*")
        drop(dictionary, "ParentCodeId")
    return folder


def drop(path: Path, *columns: str) -> None:
    """Take columns out of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        kept = [name for name in rows[0] if name not in columns]
        assert len(kept) == len(rows[0]) - len(columns)
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def search(path: Path, rule: str, out: Path, *, is_store: bool = False, **others: object) -> SearchResult | None:
    """None where the rule is refused for what the extract lacks."""
    source = Source(path, is_store=is_store)
    options = SearchOptions(source=source, rule=Path(rule), out=out, despite_quality=True, **others)  # type: ignore[arg-type]
    try:
        return run_search(options)
    except ExtractError as error:
        assert "needs what this extract does not say" in str(error) and not out.exists()
        return None


def refused(found: Inspection) -> set[str]:
    return {rule.name for rule in found.rules if rule.refused}
