"""What a search does with the outcome: goes on, warns, stops, or goes on all the same."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.errors import ExtractError, QualityError
from pipeline.quality.judge.breaches import Breach, find_breaches
from pipeline.quality.judge.failures import gather_failures
from pipeline.quality.judge.finding import Kind, Level
from pipeline.quality.judge.intervals import Measured
from pipeline.quality.judge.lists import ListCounts, Step, measure_lists
from pipeline.quality.judge.thresholds import read_shipped_thresholds
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.quality.damage import CODE, FIRST, ISSUE, SECOND, TODAY, change, copy, of_practice


def search(extract: Path, out: Path, previous: Path | None = None, despite: bool = False) -> list[str]:
    options = SearchOptions(
        source=Source(extract),
        rule=Path("instep"),
        out=out,
        today=TODAY,
        previous=previous,
        despite_quality=despite,
    )
    return list(run_search(options).warnings)


@pytest.fixture
def broken(extract: Path, tmp_path: Path) -> Path:
    folder = copy(extract, tmp_path / "broken")
    change(folder, ISSUE, lambda rows: rows.filter(of_practice(folder, SECOND).not_()))
    return folder


def test_a_clean_extract_passes_in_silence(extract: Path, tmp_path: Path) -> None:
    """Of the quality check: the few rows whose day cannot be are always said."""
    for folder, previous in (("run", None), ("again", tmp_path / "run")):
        [said] = search(extract, tmp_path / folder, previous=previous)
        assert "that cannot be" in said
    told = json.loads((tmp_path / "run" / "quality.json").read_text(encoding="utf-8"))
    assert told["verdict"] == "pass" and set(told["listed"]) == {FIRST, SECOND}
    assert (tmp_path / "run" / "quality.html").stat().st_mode & 0o777 == 0o600


def test_a_stopped_run_leaves_a_page_and_no_lists(broken: Path, tmp_path: Path) -> None:
    with pytest.raises(QualityError) as stopped:
        search(broken, tmp_path / "run")
    assert stopped.value.exit_code == 12
    assert f"{SECOND}: There are no prescriptions in the last twelve whole months." in str(stopped.value)
    assert str(tmp_path / "run.quality.html") in str(stopped.value)
    assert not (tmp_path / "run").exists()
    page = tmp_path / "run.quality.html"
    assert "The extract cannot be used as it is" in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600


def test_going_on_all_the_same_is_said_on_every_list(broken: Path, tmp_path: Path) -> None:
    with pytest.raises(QualityError):
        search(broken, tmp_path / "run")
    said = search(broken, tmp_path / "run", despite=True)
    assert "--despite-quality was given" in said[0] and any(SECOND in line for line in said[1:])
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["quality"]["despite_quality"] is True and manifest["quality"]["verdict"] == "stop"
    assert manifest["warnings"][0] == said[0]
    assert not (tmp_path / "run.quality.html").exists()  # it told of a run that had stopped


def test_files_that_cannot_be_read_leave_a_page_too(extract: Path, tmp_path: Path) -> None:
    folder = copy(extract, tmp_path / "rounded")
    change(folder, CODE, lambda rows: rows.with_columns(pl.col("CodeId").str.head(15) + "0"))
    with pytest.raises(ExtractError):
        search(folder, tmp_path / "run")
    assert "was saved by a spreadsheet" in (tmp_path / "run.quality.html").read_text(encoding="utf-8")


def judge(listed: ListCounts, previous: dict[str, int] | None = None) -> list[tuple[Kind, str, Level]]:
    beyond: list[Breach] = find_breaches(measure_lists(listed, previous), read_shipped_thresholds())
    return [(one.kind, one.practice, one.level) for one in gather_failures(beyond, {})]


@pytest.mark.parametrize(
    ("names", "before", "found"),
    [
        (40, 40, []),
        (80, 40, [(Kind.LIST_CHANGED, "A", Level.WARN)]),
        (20, 40, [(Kind.LIST_CHANGED, "A", Level.WARN)]),
        (0, 40, [(Kind.LIST_CHANGED, "A", Level.STOP)]),
        (2, 4, []),  # chance
    ],
)
def test_a_list_twice_or_half_the_last_one(names: int, before: int, found: list[tuple[Kind, str, Level]]) -> None:
    assert judge(ListCounts(names={"A": names}, registered={"A": 9000}, steps=()), {"A": before}) == found


def test_a_practice_at_zero_beside_others() -> None:
    people = {"A": 9000, "B": 8000, "C": 300}
    assert judge(ListCounts(names={"A": 60, "B": 0, "C": 0}, registered=people, steps=())) == [
        (Kind.LIST_EMPTY, "B", Level.WARN)
    ]


def test_a_step_at_which_everybody_leaves() -> None:
    steps = (
        Step(practice="A", words="Registered for 3 months", before=4000, after=0),
        Step(practice="B", words="Registered for 3 months", before=3, after=0),
    )
    assert judge(ListCounts(names={}, registered={}, steps=steps)) == [(Kind.STEP_EMPTIES, "A", Level.WARN)]


def test_an_expectation_that_cannot_be_worked_out_is_no_pass() -> None:
    from pipeline.quality.judge.expectations import _refuse_exception

    _refuse_exception({"raised_exception": False})
    for told in ({"raised_exception": True}, {"a metric": {"raised_exception": True}}):
        with pytest.raises(RuntimeError):
            _refuse_exception(told)


def test_days_are_plain_numbers() -> None:
    old = Measured(kind=Kind.EXTRACT_OLD, practice="A", n=(date(2026, 12, 21) - date(2026, 11, 20)).days, base=0)
    assert find_breaches([old], read_shipped_thresholds()) == []
