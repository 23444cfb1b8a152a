"""The counts that a store keeps are those that a search would make, for as long as the store holds what was counted."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import StoreError
from pipeline.files.private import private_folder
from pipeline.quality.count.kept import are_kept
from pipeline.quality.count.profile import count_everything
from pipeline.quality.keep import keep_quality
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.store.apply import Settings, apply_folder, build_store, take_back
from pipeline.store.compact import compact_store
from pipeline.store.lock import only_writer
from pipeline.store.manifest import read_manifest
from pipeline.store.open import open_store
from pipeline.store.verify import verify_store
from synthetic_data import Deltas, generate

TODAY = date(2026, 11, 22)
OWN_NOTES = """
rule: own
version: 1
title: A rule with fit notes of its own
study: {name: OWN}
population: {}
criteria:
  signed_off:
    certificates: {codelist: own-notes, roles: [not_fit], within: 12 months}
    spell: {gap: 7 days, lasts: 14 days, assume: 28 days}
include: signed_off
"""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "extract"
    folder.mkdir()
    generate("emis", 300, 2, 5, folder, deltas=Deltas(1, 0.05, False))
    build_store(folder / "bulk", private_folder(folder / "store"), Settings())
    keep_quality(folder / "store")
    return folder


@pytest.fixture
def store(nights: Path, tmp_path: Path) -> Path:
    return copytree(nights / "store", tmp_path / "store")


def counts(store: Path, rules: tuple[CheckedRule, ...] = (), is_kept: bool = True) -> object:
    """With the counts that the store keeps, or without them."""
    manifest = read_manifest(store)
    manifest = manifest if is_kept else manifest.model_copy(update={"counts": None})
    with connect(store / "work" / "own") as con:
        return count_everything(con, open_store(con, store, manifest), rules, read_code_index(con), TODAY)


def test_kept_counts_are_those_that_are_counted(store: Path) -> None:
    rules = (check_rule(load_rule(Path("instep"))),)
    assert are_kept(read_manifest(store))
    assert counts(store) == counts(store, is_kept=False)
    assert counts(store, rules) == counts(store, rules, is_kept=False)


def test_a_rule_with_fit_notes_of_its_own_has_them_counted(store: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN_NOTES, encoding="utf-8")
    (tmp_path / "own-notes.csv").write_text("code,system,term,role\n9D11.,read2,MED3,not_fit\n", encoding="utf-8")
    (tmp_path / "own-notes.yaml").write_text("title: Own notes\nversion: '1'\nroles: [not_fit]\n", encoding="utf-8")
    rules = (check_rule(load_rule(tmp_path / "own.yaml"), tmp_path),)
    assert counts(store, rules) == counts(store, rules, is_kept=False) != counts(store)


def test_counts_of_what_has_changed_are_not_used(nights: Path, store: Path) -> None:
    apply_folder(nights / "deltas" / "001", store, Settings())
    assert not are_kept(read_manifest(store))
    assert counts(store) == counts(store, is_kept=False)
    keep_quality(store)
    assert are_kept(read_manifest(store)) and counts(store) == counts(store, is_kept=False)
    compact_store(store, Settings())
    assert not are_kept(read_manifest(store))
    keep_quality(store)
    assert counts(store) == counts(store, is_kept=False)


def test_after_a_delivery_is_taken_back_the_counts_before_it_hold_again(nights: Path, store: Path) -> None:
    before = counts(store)
    apply_folder(nights / "deltas" / "001", store, Settings())
    take_back(store)
    assert are_kept(read_manifest(store)) and counts(store) == before


def test_while_another_run_writes_the_store_stays_as_it_is(nights: Path, store: Path) -> None:
    """What was applied is in the store, so a command that says otherwise would be wrong."""
    apply_folder(nights / "deltas" / "001", store, Settings())
    before = read_manifest(store)
    with only_writer(store):
        assert keep_quality(store) == before
    assert are_kept(keep_quality(store))


def test_counts_are_checked_like_any_file_of_the_store(store: Path) -> None:
    kept = read_manifest(store).counts
    assert kept and len(kept.files) == 2
    path = store / kept.files[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreError, match="is damaged"):
        verify_store(store)


def test_a_search_of_a_store_waits_for_no_slow_library(store: Path, tmp_path: Path) -> None:
    """Great Expectations judged the deliveries when they came, so a search does not import it."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom datetime import date\n"
        "from pipeline.casefinding.options import SearchOptions\nfrom pipeline.runs.search import run_search\n"
        "from pipeline.store.source import Source\n"
        f"run_search(SearchOptions(source=Source(Path({str(store)!r}), is_store=True), rule=Path('instep'), "
        f"out=Path({str(tmp_path / 'run')!r}), today=date(2026, 11, 22)))\n"
        "print(*(set(sys.modules) & {'great_expectations', 'pandas', 'polars'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
