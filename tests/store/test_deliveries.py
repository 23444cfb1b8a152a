"""Which deliveries a store takes, and what it says of the others; who may use it at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ExtractError, LockedError, StoreError
from pipeline.store.apply import Settings, apply_folder
from pipeline.store.compact import compact_store
from pipeline.store.lock import only_writer, reading
from pipeline.store.manifest import SCHEMA
from tests.extracts.emis_folder import (
    OTHER_ORG,
    SAM,
    Tables,
    drug_record,
    guid,
    issue,
    observation,
    organisation,
    patient,
    small_extract,
    write_extract,
)
from tests.store.nightly import EVENTS, ask, begin, consultation, deliver, gone, state, write_night
from tests.store.parcels import build

ONE, TWO, THREE = (guid(number, "B") for number in (1, 2, 3))
PEOPLE = "SELECT patient_id FROM patient ORDER BY 1"
OTHER_FEED = "BBBBBBBB-EE37-41AB-90D6-DC9D4B03D102"


@pytest.mark.parametrize(
    ("number", "missing"),
    [(1003, "Delivery 1002 is"), (1005, "Deliveries 1002 to 1004 are"), ("1003-1004", "Delivery 1002 is")],
)
def test_a_gap_is_named_and_nothing_after_it_is_applied(tmp_path: Path, number: int | str, missing: str) -> None:
    store = begin(tmp_path)
    before = state(store)
    with pytest.raises(StoreError, match=f"{missing} missing"):
        deliver(store, number, CareRecord_Observation=[observation(2)])
    assert state(store) == before


def test_what_came_before_a_gap_is_applied(tmp_path: Path) -> None:
    store = begin(tmp_path)
    inbox = write_night(tmp_path / "in", {"CareRecord_Observation": [observation(2)]}, 1002)
    write_night(inbox, {"CareRecord_Observation": [observation(3)]}, 1004)
    with pytest.raises(StoreError, match="Delivery 1003 is missing"):
        apply_folder(inbox, store, Settings())
    assert ask(store, EVENTS) == [(ONE,), (TWO,)]


def test_the_same_delivery_twice_is_skipped(tmp_path: Path) -> None:
    store = begin(tmp_path)
    assert [each.last for each in deliver(store, 1002, CareRecord_Observation=[observation(2)])] == [1002]
    before = state(store)
    assert deliver(store, 1002, CareRecord_Observation=[observation(2)]) == ()
    assert apply_folder(tmp_path / "1001", store, Settings())[1] == ()
    assert state(store) == before


def test_another_file_under_a_name_that_was_applied_is_refused(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(2)])
    before = state(store)
    with pytest.raises(StoreError, match=r"1002_CareRecord_Observation_\S+ is not the file that was applied"):
        deliver(store, 1002, CareRecord_Observation=[observation(2), observation(3)])
    assert state(store) == before


def test_a_file_that_comes_after_its_delivery_was_applied_is_not_passed_over(tmp_path: Path) -> None:
    """A second file of a table, made an hour later under the same number: its rows are in nothing that was applied."""
    store = begin(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(2)])
    late = write_night(tmp_path / "late", {"CareRecord_Observation": [observation(3)]}, 1002)
    [path] = late.glob("*_CareRecord_Observation_*")
    path.rename(tmp_path / "1002" / path.name.replace("013000", "023000"))
    with pytest.raises(StoreError):
        apply_folder(tmp_path / "1002", store, Settings())


def test_of_overlapping_deliveries_each_night_counts_once(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(1, Value="2", ProcessingId="1002")])
    seen = [
        observation(1, Value="1", ProcessingId="1002"),  # not what was applied as 1002, or it could not be told
        observation(2, ProcessingId="1002"),
        observation(3, ProcessingId="1003"),
    ]
    assert [each.first for each in deliver(store, "1002-1003", CareRecord_Observation=seen)] == [1002]
    assert ask(store, "SELECT source_key, value FROM event ORDER BY 1") == [(ONE, 2.0), (THREE, None)]
    assert deliver(store, "1002-1003", CareRecord_Observation=seen) == ()


def _second_practice(**tables: list[dict[str, str]]) -> Tables:
    other = {
        "Admin_Patient": [patient(SAM, OTHER_ORG)],
        "Admin_Organisation": [organisation(OTHER_ORG, "B82002")],
        "CareRecord_Observation": [observation(2, SAM, OTHER_ORG)],
    }
    return small_extract(**(other | tables))


def test_two_agreements_count_their_own_deliveries(tmp_path: Path) -> None:
    inbox = write_night(tmp_path / "in", small_extract(), 1001)
    write_night(inbox, _second_practice(), 1011, OTHER_FEED)
    store = build(inbox, tmp_path / "store")
    write_night(inbox, {"CareRecord_Observation": [observation(3)]}, 1002)
    write_night(inbox, {"CareRecord_Observation": [gone("ObservationGuid", TWO, OTHER_ORG)]}, 1012, OTHER_FEED)
    assert {each.last for each in apply_folder(inbox, store, Settings())[1]} == {1002, 1012}
    assert ask(store, EVENTS) == [(ONE,), (THREE,)]
    assert ask(store, "SELECT practice_id FROM practice ORDER BY 1") == [("A81001",), ("B82002",)]


def test_a_full_extract_of_one_agreement_leaves_the_other_alone(tmp_path: Path) -> None:
    inbox = write_night(tmp_path / "in", small_extract(), 1001)
    store = build(write_night(inbox, _second_practice(), 1011, OTHER_FEED), tmp_path / "store")
    deliver(store, 1005, is_full=True, **small_extract(CareRecord_Observation=[observation(3)]))
    assert ask(store, EVENTS) == [(TWO,), (THREE,)]


def test_a_delivery_of_a_foreign_agreement_is_refused(tmp_path: Path) -> None:
    store = begin(tmp_path)
    before = state(store)
    folder = write_night(tmp_path / "in", {"CareRecord_Observation": [observation(2)]}, 1002, OTHER_FEED)
    with pytest.raises(StoreError, match=f"1002 belongs to sharing agreement {OTHER_FEED}, which"):
        apply_folder(folder, store, Settings())
    assert state(store) == before


def test_a_delivery_without_the_supplier_s_names_is_refused(tmp_path: Path) -> None:
    store = begin(tmp_path)
    before = state(store)
    with pytest.raises(StoreError, match="Restore the supplier's names"):
        apply_folder(write_extract(tmp_path / "bare", small_extract()), store, Settings())
    assert state(store) == before


@pytest.mark.parametrize("table", ["Admin_Patient", "CareRecord_Consultation"])
def test_a_delivery_without_a_table_that_came_before_is_refused(tmp_path: Path, table: str) -> None:
    store = begin(tmp_path)
    before = state(store)
    folder = write_night(tmp_path / "in", {}, 1002)
    next(folder.glob(f"*_{table}_*")).unlink()
    with pytest.raises(ExtractError, match=f"Delivery 1002 of the EMIS extract has no file {table}"):
        apply_folder(folder, store, Settings())
    assert state(store) == before


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    store = begin(tmp_path)
    manifest = store / "manifest.json"
    ours = f'"store_schema": {SCHEMA},'
    manifest.write_text(manifest.read_text().replace(ours, ours.replace(str(SCHEMA), "0")))
    for use in (lambda: deliver(store, 1002), lambda: compact_store(store, Settings()), lambda: ask(store, PEOPLE)):
        with pytest.raises(StoreError, match="written by another version of Casefinder"):
            use()


def test_a_second_writer_is_turned_away_at_once(tmp_path: Path) -> None:
    store = begin(tmp_path)
    before = state(store)
    with only_writer(store):
        for use in (lambda: deliver(store, 1002), lambda: compact_store(store, Settings())):
            with pytest.raises(LockedError, match="Nothing was changed"):
                use()
    assert state(store) == before
    assert len(deliver(store, 1002)) == 1


def test_what_somebody_reads_stays_through_a_compaction_and_goes_with_the_next(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(2)])
    old = set(store.glob("segments/*/*"))
    with reading(store):
        compact_store(store, Settings())
        assert old < set(store.glob("segments/*/*"))
    compact_store(store, Settings())
    assert not old & set(store.glob("segments/*/*"))
    assert ask(store, EVENTS) == [(ONE,), (TWO,)]
    assert not list((store / "readers").glob("*"))


def test_a_compacted_store_still_knows_what_later_rows_belong_to(tmp_path: Path) -> None:
    """A confidential consultation and a drug record of which no row has come yet."""
    hides = [consultation(1, IsConfidential="true")]
    store = begin(tmp_path, CareRecord_Consultation=hides, Prescribing_DrugRecord=[drug_record(1)])
    deliver(store, 1002)
    compact_store(store, Settings())
    seen = [observation(1, ConsultationGuid=guid(1, "E"))]
    issued = [issue(1, DrugRecordGuid=guid(1, "D"))]
    deliver(store, 1003, CareRecord_Observation=seen, Prescribing_IssueRecord=issued)
    assert ask(store, "SELECT is_confidential FROM event") == [(1,)]
    assert ask(store, "SELECT kind FROM prescription") == [("repeat",)]
