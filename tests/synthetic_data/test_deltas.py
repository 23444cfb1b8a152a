"""The bulk and its deltas: whoever applies them all holds the extract, and whoever leaves one thing out does not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from synthetic_data import Deltas, RequestError, generate
from tests.effort import longer
from tests.functional.commands import casefinder
from tests.synthetic_data.nights import NIGHTS, Nights, write
from tests.synthetic_data.receiver import PATIENTS, TABLES, Row, key_of, read

pytestmark = longer

ISSUES = "Prescribing_IssueRecord"


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def raw(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("tables", [TABLES, tuple(reversed(TABLES))])
def test_who_applies_every_delta_holds_the_extract(nights: Nights, tables: tuple[str, ...]) -> None:
    """Whether patients are read first or last: the tables of a night depend on each other in no order."""
    assert nights.received(tables=tables).held == nights.final(tables)


@pytest.mark.parametrize("careless", ["deletions", "changes", "cascade", "cascade by old owner"])
def test_who_leaves_one_thing_out_holds_something_else(nights: Nights, careless: str) -> None:
    assert nights.received(careless).held != nights.final()


def test_the_order_of_rows_within_a_delivery_means_nothing(nights: Nights) -> None:
    """Rows of one key in one delivery say the same, or a reader would have to keep them all."""
    assert nights.received("file order").held == nights.final()


@pytest.mark.parametrize(("count", "practices", "share"), [(1, 1, 0.01), (2, 1, 0.3), (12, 2, 0.5)])
def test_any_number_of_nights_leads_to_the_extract(tmp_path: Path, count: int, practices: int, share: float) -> None:
    nights = write(tmp_path / "out", 9, patients=60, practices=practices, asked=Deltas(count, share))
    assert nights.received().held == nights.final()


def test_chunks_do_not_get_in_each_other_s_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 50)
    nights = write(tmp_path / "out", 4, patients=120)
    final = nights.final()
    assert nights.received().held == final
    stay = {row["NhsNumber"] for row in read(nights.folder / "final", PATIENTS)}
    leave = [row for row in nights.rows(0, PATIENTS) if key_of(PATIENTS, row) not in final]
    numbers = [row["NhsNumber"] for row in leave if row["Deleted"] == "false"]
    assert len(numbers) == len(set(numbers) - stay) == 3  # one a chunk


def test_the_end_is_the_plain_extract_to_the_byte(tmp_path: Path) -> None:
    write(tmp_path / "nights", 6)
    generate("emis", 300, 3, 6, tmp_path / "plain")
    assert read_all(tmp_path / "nights" / "final") == read_all(tmp_path / "plain")


def test_same_arguments_same_bytes_with_or_without_the_end(tmp_path: Path) -> None:
    for name, final in (("a", True), ("b", True), ("c", False)):
        write(tmp_path / name, 6, patients=100, asked=Deltas(3, final=final))
    whole, short = read_all(tmp_path / "a"), read_all(tmp_path / "c")
    assert whole == read_all(tmp_path / "b")
    assert short.pop("truth.csv") == whole["final/truth.csv"]
    assert short == {name: data for name, data in whole.items() if not name.startswith("final/")}


def test_every_night_has_every_file_numbered_and_stamped_in_turn(nights: Nights) -> None:
    agreements = set()
    for number in range(NIGHTS + 1):
        paths = sorted(nights.night(number).iterdir())
        parts = [path.stem.split("_") for path in paths]
        agreements |= {part[4] for part in parts}
        assert sorted(f"{part[1]}_{part[2]}" for part in parts) == sorted(TABLES)
        assert {(part[0], part[3]) for part in parts} == {(str(1001 + number), f"202611{15 + number}021500")}
        assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
        assert {row.get("ProcessingId") for path in paths for row in raw(path)} <= {str(1001 + number), None}
    assert len(agreements) == 1
    assert {path.stat().st_mode & 0o777 for path in nights.folder.rglob("*") if path.is_dir()} == {0o700}


def test_about_the_share_asked_for_changes_each_night(tmp_path: Path) -> None:
    nights = write(tmp_path / "out", 8, patients=2000, asked=Deltas(3, 0.05, final=False))
    rows = len(nights.rows(0, ISSUES))
    for number in (1, 2, 3):
        assert 0.03 < len(nights.rows(number, ISSUES)) / rows < 0.09


@pytest.mark.parametrize(
    ("count", "share"), [(0, 0.01), (-1, 0.01), (366, 0.01), (3, 0.0), (3, -0.1), (3, 0.51), (3, float("nan"))]
)
def test_senseless_deltas_are_refused(tmp_path: Path, count: int, share: float) -> None:
    with pytest.raises(RequestError, match="must"):
        generate("emis", 10, 1, 1, tmp_path / "out", deltas=Deltas(count, share))
    assert not (tmp_path / "out").exists()


def test_the_command_writes_nights_and_refuses_their_options_without_them(tmp_path: Path) -> None:
    few = ("synth", "--patients", "20", "--practices", "1", "--out", tmp_path / "out")
    for alone in (("--no-final",), ("--delta-share", "0.1")):
        refused = casefinder(*few, *alone)
        assert refused.returncode == 2 and "--deltas" in refused.stderr
    assert casefinder(*few, "--deltas", "2", "--delta-share", "0.2", "--no-final").returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bulk", "deltas", "truth.csv"]
    assert sorted(path.name for path in (tmp_path / "out" / "deltas").iterdir()) == ["001", "002"]
