"""What a reviewer found: each of these once crashed, or said something false, or was slow."""

from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.errors import ExtractError, OutputError
from pipeline.files.publish import PARTIAL
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.commands import casefinder
from tests.functional.plain import write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: odd
version: 1
title: Odd
study: {name: Odd}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  twice: {events: {codelist: chronic-pain}, at_least: 2}
  sick:
    certificates: {roles: [not_fit]}
    spell: {gap: 7 days, lasts: 20 days, assume: 28 days}
include: {any: [pain, {all: [pain, twice]}]}
exclude: [sick]
flag: [pain]
"""
SOMEBODY = "1,A00001,1,,1,1980-06-15,day,2010-01-01,regular,0,0"
NUMBERED = "1,A00001,1,9990000018,1,1980-06-15,day,2010-01-01,regular,0,0"
NO_DAY = "2,A00001,2,9990000018,2,1980-06-15,day,,regular,0,0"


def request(folder: Path, *, people: str, events: str = "", rule: str = RULE, out: str = "run") -> SearchOptions:
    """A search of a plain extract of these rows. Code 1 is chronic pain, 2 a note, 3 a coded length."""
    write_plain(folder / "extract", people, events)
    (folder / "odd.yaml").write_text(rule, encoding="utf-8")
    return SearchOptions(source=Source(folder / "extract"), rule=folder / "odd.yaml", out=folder / out)


def test_a_second_registration_without_a_day_breaks_nothing(tmp_path: Path) -> None:
    found = run_search(request(tmp_path, people=f"{NUMBERED}\n{NO_DAY}", events="1,1,2026-01-01,day,0"))
    assert [len(rows) for rows in found.lists.values()] == [1]


def test_undated_rows_can_be_explained(tmp_path: Path) -> None:
    asked = request(tmp_path, people=SOMEBODY, events="1,1,,unknown,0")
    run_search(asked)
    assert any("Twice: 1 of 2 dates needed" in line for line in describe(explain(asked.out, "1")[0]))


def test_a_date_in_the_year_1_costs_nothing(tmp_path: Path) -> None:
    """It once made a table of every day since; with a coded length in months that was 9 million rows."""
    events = "1,1,0001-01-01,month,0\n1,3,2026-01-01,day,0\n1,1,2026-01-01,day,0"
    people = SOMEBODY
    found = run_search(request(tmp_path, people=people, events=events))
    assert [len(rows) for rows in found.lists.values()] == [1]


def test_an_undated_length_is_no_evidence_of_a_spell(tmp_path: Path) -> None:
    asked = request(
        tmp_path,
        people=SOMEBODY,
        events="1,1,2026-01-01,day,0\n1,2,2026-03-01,day,0\n1,3,,unknown,0",
    )
    run_search(asked)
    lines = list(describe(explain(asked.out, "1")[0]))
    behind = lines[next(n for n, line in enumerate(lines) if line.strip() == "yes Sick") + 1 :]
    assert any("Not fit" in line for line in behind) and not any("Duration" in line for line in behind)


def test_a_criterion_that_is_included_and_flagged_is_named_once_each(tmp_path: Path) -> None:
    found = run_search(
        request(
            tmp_path,
            people=NUMBERED,
            events="1,1,2026-01-01,day,0",
        )
    )
    [person] = found.lists["A00001"]
    assert person.flags == "Chronic pain said outright"
    assert person.why == "Chronic pain said outright: recorded once, 1 Jan 2026 (Chronic pain)"
    assert person.age == "46" and person.in_work_because == "This rule does not look for entries about work"


@pytest.mark.parametrize("out", ["x" * 300, ".", "file", "full"])
def test_an_output_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "list.csv").write_text("x")
    where = Path.cwd() if out == "." else tmp_path / out
    options = SearchOptions(source=Source(tmp_path / "no such extract"), rule=Path("instep"), out=where)
    with pytest.raises(OutputError):
        run_search(options)


def test_what_a_killed_run_left_behind_is_named(tmp_path: Path) -> None:
    asked = request(tmp_path, people=SOMEBODY, events="1,1,2026-01-01,day,0")
    (tmp_path / f"{PARTIAL}x").mkdir()
    done = casefinder("search", "--extract", asked.source.path, "--rule", asked.rule, "--out", asked.out)
    assert done.returncode == 0 and f"left the folder {PARTIAL}x" in done.stderr


def test_a_criterion_whose_codes_the_extract_does_not_carry_is_named(tmp_path: Path) -> None:
    rule = RULE.replace("  sick:\n", "  gone: {events: {codelist: cancer}}\n  sick:\n").replace(
        "[sick]", "[sick, gone]"
    )
    found = run_search(request(tmp_path, people=SOMEBODY, events="1,1,2026-01-01,day,0", rule=rule))
    assert any(warning.startswith("No code of gone is in this extract") for warning in found.warnings)


def test_a_file_that_may_not_be_read_is_no_fault_of_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(tmp_path, people=SOMEBODY)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.extracts.csv.scan.scan_bytes", refuse)
    with pytest.raises(ExtractError, match=r"practice\.csv cannot be read: Permission denied"):
        run_search(asked)


def test_a_full_disk_is_a_fault_of_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.runs.write.write_csv", refuse)
    with pytest.raises(OutputError, match="is full"):
        run_search(request(tmp_path, people=SOMEBODY))


def test_explain_says_when_the_rule_is_not_the_one_that_was_run(tmp_path: Path) -> None:
    asked = request(tmp_path, people=SOMEBODY, events="1,1,2026-01-01,day,0")
    run_search(asked)
    assert not any(line.startswith("Note:") for line in describe(explain(asked.out, "1")[0]))
    kept = asked.out / "record" / "rule.yaml"
    kept.write_text(kept.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert any(line.startswith("Note:") for line in describe(explain(asked.out, "1")[0]))


def test_a_death_after_the_extract_is_a_death(tmp_path: Path) -> None:
    """2062 for 2026 once listed somebody who had died."""
    asked = request(tmp_path, people=SOMEBODY, events="1,1,2026-01-01,day,0")
    patients = asked.source.path / "patient.csv"
    patients.write_text(patients.read_text().replace("regular,0,0,,", "regular,0,0,2062-03-01,"))
    assert "2062" in patients.read_text() and run_search(asked).lists == {}
