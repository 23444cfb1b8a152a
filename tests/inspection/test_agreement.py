"""What `extract inspect` says of a rule is what `search` does, in every format; and what is accepted is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.extracts.gaps import Topic
from pipeline.extracts.registry import format_of
from pipeline.files.private import private_folder
from pipeline.inspection.inspect import Inspection, InspectionOptions, inspect
from pipeline.inspection.rules import IN_FULL, WITH_LOSSES
from pipeline.store.apply import Settings, build_store
from tests.effort import longer, some
from tests.functional.commands import casefinder
from tests.inspection.folders import EVERY, FLAT, OLDER, WHOLE, drop, refused, search, write

pytestmark = pytest.mark.usefixtures("no_quality")

RULES = {"instep", "instep-wide", "oslo", "solent", "warwick"}
SURE = {"emis", "plain"}
PSEUDONYMISED = {"explorer", "aurum", "omop"}


@pytest.fixture(scope="module", params=EVERY)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Inspection]]:
    """A format's name, and what was found; its store is next to it."""
    folder = tmp_path_factory.mktemp("extract")
    extract = write(folder / "in", request.param)
    build_store(extract, private_folder(folder / "store"), Settings())
    yield request.param, inspect(InspectionOptions(extract=extract, work=folder))


@longer
def test_inspect_says_what_search_does(seen: tuple[str, Inspection], tmp_path: Path) -> None:
    """Refused by one is refused by the other; a criterion without a code is named by both."""
    _, found = seen
    store = found.options.extract.parent / "store"
    counts = bool(found.extract.pseudonymised_because)
    assert {rule.name for rule in found.rules} == RULES
    for rule in some(found.rules, 2):
        run = search(store, rule.name, tmp_path / rule.name, is_store=True, counts_only=counts)
        assert (run is None) == bool(rule.refused), rule.name
        if run is not None:
            named = any(warning.startswith("No code of") for warning in run.warnings)
            assert named == bool(rule.silent), rule.name


def test_a_whole_extract_serves_every_shipped_rule(seen: tuple[str, Inspection]) -> None:
    name, found = seen
    if name in WHOLE:
        assert {rule.verdict for rule in found.rules} == {IN_FULL if name == "plain" else WITH_LOSSES}
    assert bool(found.extract.pseudonymised_because) == (name in PSEUDONYMISED)
    assert found.recognised.is_sure == (name in SURE)
    assert {*format_of(found.extract.format).gaps} <= {*found.extract.gaps}


def test_what_is_refused_and_why(seen: tuple[str, Inspection]) -> None:
    name, found = seen
    topics = {rule.name: {loss.need.topic for loss in rule.refused} for rule in found.rules}
    if name == FLAT:
        assert topics == {rule: {Topic.HIERARCHY} for rule in RULES}
    if name == OLDER:
        assert all({Topic.ISSUES, Topic.REGISTERED_FOR, Topic.NHS_NUMBER} <= found for found in topics.values())


COLUMNS = [
    ("patient", "date_of_death", RULES),
    ("patient", "institution", set()),
    ("patient", "registered_from", RULES),
    ("event", "date", RULES),
    ("event", "encounter", set()),
    ("patient", "registered_to", RULES),
    ("prescription", "date", RULES),
    ("patient", "date_of_birth", RULES),
    ("event", "recorded_on", set()),
    ("patient", "nhs_number", RULES),
]


@longer
@pytest.mark.parametrize(("table", "column", "lost"), some(COLUMNS, 4))
def test_a_column_less(tmp_path: Path, table: str, column: str, lost: set[str]) -> None:
    extract = write(tmp_path / "in", "plain", 60)
    drop(extract / f"{table}.csv", column)
    assert refused(inspect(InspectionOptions(extract=extract, work=tmp_path))) == lost
    assert (search(extract, "instep", tmp_path / "out") is None) == ("instep" in lost)


def test_the_past_needs_the_day_of_entry(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", "plain", 60)
    drop(extract / "event.csv", "recorded_on")
    day = date(2026, 11, 19)
    assert search(extract, "instep", tmp_path / "past", as_of=day) is None
    assert search(extract, "instep", tmp_path / "taken", as_of=day, accept_missing=True)
    assert search(extract, "instep", tmp_path / "today", as_of=date(2026, 11, 20))


def test_a_hierarchy_that_is_empty_is_none(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", "plain", 60)
    (extract / "code_parent.csv").write_text("code_id,parent_id\n", encoding="utf-8")
    found = inspect(InspectionOptions(extract=extract, work=tmp_path))
    assert refused(found) == RULES
    assert "The hierarchy of codes in this extract is empty" in found.rules[0].refused[0].sentence


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("flat") / "in", FLAT, 1500)


def test_the_refusal_says_what_why_and_both_ways_out(flat: Path, tmp_path: Path) -> None:
    done = casefinder("search", "--extract", flat, "--rule", "instep", "--out", tmp_path / "out")
    assert done.returncode == 11
    assert "cancer" in done.stderr and "pain persisted" in done.stderr  # where it is needed
    assert "Coding_ClinicalCode has no column ParentCodeId" in done.stderr
    assert "Ask the supplier for the hierarchy of codes, or run with --accept-missing" in done.stderr
    assert not any(tmp_path.iterdir())


def test_what_was_accepted_is_said_everywhere(flat: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--rule", "instep", "--out", out, "--accept-missing", "--despite-quality", "--today", "2026-11-20")
    done = casefinder("search", "--extract", flat, *words)
    assert done.returncode == 0, done.stderr
    assert "Warning: Accepted as missing: Some lists include the codes below the ones they name" in done.stderr
    [accepted] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["accepted_missing"]
    assert (accepted["topic"], accepted["criteria"]) == ("hierarchy", ["pain_persisted", "cancer"])
    for path in out.glob("lists/*/invitation-list.xlsx"):
        cells = [row[:2] for row in load_workbook(path)["About this list"].iter_rows(values_only=True)]
        after = cells[[label for label, _ in cells].index("How it was made") + 1]
        assert after[0] == "Missing, and accepted" and "ParentCodeId" in str(after[1])
        assert sum("the ones they name (pain persisted, cancer)" in str(text) for _, text in cells) == 1


def test_nothing_is_accepted_where_nothing_is_missing(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", "plain", 60)
    found = search(extract, "instep", tmp_path / "out", accept_missing=True)
    assert found is not None and not found.accepted
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["accepted_missing"] == []
