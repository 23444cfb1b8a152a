"""The stored extract, night after night, by the command: the same people as from the last full extract."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from tests.functional.commands import casefinder
from tests.functional.conftest import RULE

NIGHTS = 3


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bulk`, `deltas/001` ... and `final`: 1,600 registrations in 3 practices."""
    folder = tmp_path_factory.mktemp("synthetic") / "nights"
    words = ("--patients", "800", "--practices", "3", "--seed", "5", "--deltas", str(NIGHTS), "--out", folder)
    done = casefinder("synth", *words)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def store(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bulk, and then each night's delivery."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    run("store", "build", folder, "--extract", nights / "bulk")
    for night in sorted((nights / "deltas").iterdir()):
        assert "Applied delivery" in run("store", "apply", folder, "--extract", night)
    return folder


@pytest.fixture(scope="module")
def bulk(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the bulk alone, never to be changed: for `copy`."""
    store = tmp_path_factory.mktemp("stores") / "bulk"
    run("store", "build", store, "--extract", nights / "bulk")
    return store


def run(*words: str | Path) -> str:
    done = casefinder(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lists(run: Path) -> dict[str, bytes]:
    """Every list and the attrition."""
    files = [*run.glob("lists/*/*.csv"), run / "attrition.csv"]
    return {str(file.relative_to(run)): file.read_bytes() for file in files}


def search(out: Path, *source: str | Path) -> dict[str, bytes]:
    run("search", *source, "--rule", RULE, "--out", out)
    return lists(out)


def test_after_every_night_the_lists_are_those_of_the_full_extract(nights: Path, store: Path, tmp_path: Path) -> None:
    full = search(tmp_path / "full", "--extract", nights / "final")
    assert len(full) == 4 and sum(len(text.splitlines()) - 1 for text in full.values()) > 0
    assert search(tmp_path / "stored", "--store", store) == full


def test_a_compact_store_finds_the_same(nights: Path, store: Path, tmp_path: Path) -> None:
    before = search(tmp_path / "before", "--store", store)
    assert "1 segment," in run("store", "compact", store)
    assert search(tmp_path / "after", "--store", store) == before
    assert "is undamaged" in run("store", "verify", store)
    assert len(list((store / "segments").iterdir())) == 2  # the rows, and the counts for the quality check


def test_a_folder_of_all_deliveries_is_one_extract(nights: Path, store: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in (*(nights / "bulk").iterdir(), *(nights / "deltas").glob("*/*")):
        (inbox / path.name).hardlink_to(path)
    found = search(tmp_path / "run", "--extract", inbox)
    assert found == search(tmp_path / "stored", "--store", store)
    assert "Nothing new" in run("store", "apply", store, "--extract", inbox)


def test_a_missing_night_is_said(nights: Path, bulk: Path, tmp_path: Path) -> None:
    store = copytree(bulk, tmp_path / "store")
    before = (store / "manifest.json").read_bytes()
    refused = casefinder("store", "apply", store, "--extract", nights / "deltas" / "002")
    assert refused.returncode == 17
    assert "Delivery 1002 is missing" in refused.stderr and "--full" in refused.stderr
    assert (store / "manifest.json").read_bytes() == before


def test_info_says_what_is_there(store: Path) -> None:
    said = run("store", "info", store)
    assert "ZZ0001" in said and "extract date 20/11/2026" in said and f"1001 to {1001 + NIGHTS}" in said


def test_the_newest_delivery_is_taken_back_and_applied_again(nights: Path, bulk: Path, tmp_path: Path) -> None:
    kept = copytree(bulk, tmp_path / "store")
    refused = casefinder("store", "take-back", kept)
    assert refused.returncode == 17 and "cannot be taken back" in refused.stderr
    before = search(tmp_path / "before", "--store", kept)
    first = nights / "deltas" / "001"
    run("store", "apply", kept, "--extract", first)
    applied = search(tmp_path / "applied", "--store", kept)
    assert run("store", "take-back", kept).startswith("Taken back: delivery 1002")
    assert search(tmp_path / "after", "--store", kept) == before
    assert "Applied delivery 1002" in run("store", "apply", kept, "--extract", first)
    assert search(tmp_path / "again", "--store", kept) == applied


def test_a_folder_of_deliveries_is_not_one(nights: Path, store: Path) -> None:
    refused = casefinder("store", "apply", store, "--extract", nights / "deltas")
    assert refused.returncode == 11 and "apply them to a store one at a time, the oldest first" in refused.stderr


def test_a_damaged_file_is_named(bulk: Path, tmp_path: Path) -> None:
    store = copytree(bulk, tmp_path / "store")
    file = store / "segments" / "000001" / "event-00.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    refused = casefinder("store", "verify", store)
    assert refused.returncode == 17 and "segments/000001/event-00.parquet" in refused.stderr


def test_a_turned_bit_stops_a_search(bulk: Path, tmp_path: Path) -> None:
    """Parquet may be read without a word though a bit has turned, and the list would be another."""
    kept = copytree(bulk, tmp_path / "store")
    for file in sorted(kept.rglob("event*.parquet")):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    done = casefinder("search", "--store", kept, "--rule", RULE, "--out", tmp_path / "run")
    assert done.returncode == 17 and "is damaged" in done.stderr and "event" in done.stderr
    assert not (tmp_path / "run").exists()


def test_memory_is_bounded_and_a_wrong_size_refused(nights: Path, tmp_path: Path) -> None:
    run("store", "build", tmp_path / "store", "--extract", nights / "bulk", "--memory", "200MB")
    refused = casefinder("store", "build", tmp_path / "other", "--extract", nights / "bulk", "--memory", "lots")
    assert refused.returncode == 2 and "500MB or 2GB" in refused.stderr


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_what_is_no_store(tmp_path: Path, folder: str) -> None:
    for words in (("store", "info"), ("store", "verify"), ("store", "compact")):
        refused = casefinder(*words, tmp_path / folder)
        assert refused.returncode == 17 and "is not a Casefinder store" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_one_source_is_asked_for(nights: Path, store: Path, tmp_path: Path) -> None:
    for source in ((), ("--extract", nights / "bulk", "--store", store)):
        refused = casefinder("search", *source, "--rule", RULE, "--out", tmp_path / "out")
        assert refused.returncode == 2 and "either --extract" in refused.stderr


def test_a_pseudonymised_store_gives_counts_and_no_list(nights: Path, tmp_path: Path) -> None:
    key, store, out = tmp_path / "key", tmp_path / "store", tmp_path / "out"
    key.write_text("0123456789abcdef" * 4, encoding="ascii")
    key.chmod(0o600)
    run("store", "build", store, "--extract", nights / "bulk", "--pseudonymise", key)
    refused = casefinder("store", "apply", store, "--extract", nights / "deltas" / "001")
    assert refused.returncode == 17 and "--pseudonymise FILE" in refused.stderr
    run("store", "apply", store, "--extract", nights / "deltas" / "001", "--pseudonymise", key)
    refused = casefinder("search", "--store", store, "--rule", RULE, "--out", out)
    assert refused.returncode == 17 and "No list can be written" in refused.stderr and not out.exists()
    assert "Counts only" in run("search", "--store", store, "--rule", RULE, "--out", out, "--counts")
    named = ["attrition.csv", "manifest.json", "quality.html", "quality.json", "rejects.csv"]
    assert sorted(path.name for path in out.iterdir()) == named
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["practices"]
