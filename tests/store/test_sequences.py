"""After any sequence of deliveries the store equals one built from the final full extract, by the supplier's keys.

`make prove` tries thousands of histories, different each time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.effort import effort, long
from tests.store.batches import in_batches
from tests.store.expected import expected, facts
from tests.store.history import History, histories
from tests.store.keyed import QUERIES, differences, load, read_keyed
from tests.store.parcels import build, keep, write_bulk

pytestmark = long

RULE = """\
rule: small
version: 1
title: Small
study: {name: Small}
population: {}
criteria:
  pain: {events: {codelist: back}}
  drugs: {prescriptions: {codelist: codeine}}
include: {any: [pain, drugs]}
"""
CODELISTS = {
    "back": "code,system,term\n161891005,snomed,Backache\n",
    "codeine": "code,system,term\nCodeine,name,Codeine\n",
}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder an example."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def final(history: History, folder: Path) -> Path:
    """A store of the last night's full extract."""
    return build(write_bulk(folder / "final", history, len(history.nights) - 1), folder / "final-store")


@in_batches(1, 300, histories())
def test_the_store_equals_the_final_full_extract(history: History) -> None:
    """And the truth, worked out from the supplier's tables in plain Python, or the two could be wrong alike."""
    with scratch() as folder:
        store = keep(history, folder)
        with load(store) as con:
            assert facts(con) == expected(history.nights[-1])
        assert differences(read_keyed(store), read_keyed(final(history, folder))) == []


@effort(few=3, many=500)
@given(history=histories(most_nights=2), chosen=st.sets(st.integers(1, 8)))
def test_rows_of_some_codes_are_those_of_all_filtered(history: History, chosen: set[int]) -> None:
    with scratch() as folder:
        store = keep(history, folder)
        with load(store) as whole, load(store, chosen) as some:
            for table in ("event", "prescription"):
                wanted = f"code_id IS NULL OR code_id IN ({', '.join(map(str, [0, *chosen]))})"
                query = QUERIES[table]
                filtered = query.replace(f"FROM {table} r", f"FROM (FROM {table} WHERE {wanted}) r")
                assert filtered != query
                assert some.execute(query).fetchall() == whole.execute(filtered).fetchall()


@effort(few=2, many=300)
@given(history=histories(most_nights=3))
def test_a_search_finds_the_same(history: History) -> None:
    with scratch() as folder:
        (folder / "small.yaml").write_text(RULE, encoding="utf-8")
        for name, text in CODELISTS.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            (folder / f"{name}.yaml").write_text(f"title: {name}\nversion: '1'\n", encoding="utf-8")
        stored, meant = (answer(store, folder) for store in (keep(history, folder), final(history, folder)))
        assert stored == meant


def answer(store: Path, folder: Path) -> tuple[object, object]:
    """Everybody on the lists with the reasons, and every count."""
    options = SearchOptions(
        source=Source(store, is_store=True),
        rule=folder / "small.yaml",
        out=folder / f"run-{store.name}",
        codelists=folder,
    )
    found = run_search(options)
    return {practice: [astuple(each) for each in rows] for practice, rows in found.lists.items()}, found.attrition
