"""A search kept to a report, and people nominated by one, on a plain extract small enough to work out by hand."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.options import SearchOptions
from pipeline.errors import StoreError, UsageError
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.apply import Settings, build_store
from pipeline.store.source import Source
from tests.functional.commands import casefinder
from tests.functional.plain import ENDS, write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: reported
version: 1
title: Reported
study: {name: Reported}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  sick: {certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 20 days, assume: 28 days}}
include: pain
exclude: [sick]
"""
# 1 and 2 have pain; 3 has nothing; 4 has been signed off, which excludes here; 5 has died.
PEOPLE = """\
1,A00001,1,9990000018,11,1980-06-15,day,2010-01-01,regular,0,0
2,A00001,2,9990000026,22,1980-06-15,day,2010-01-01,regular,0,0
3,A00001,3,,33,1980-06-15,day,2010-01-01,regular,0,0
4,A00001,4,9990000042,44,1980-06-15,day,2010-01-01,regular,0,0
5,A00001,5,9990000050,55,1980-06-15,day,2010-01-01,other,0,0"""
EVENTS = "1,1,2026-01-01,day,0\n2,1,2026-01-01,day,0\n4,2,2026-03-01,day,0"

REPORT = """\
Seen at the pain clinic
NHS Number,EMIS Number,Date of Birth,Full Name
999 000 0018,11,15-Jun-1980,"SMITH, Jane (Mrs)"
,33,15-Jun-1980,x
9990000042,44,15-Jun-1980,x
9990000050,55,15-Jun-1980,x
9990000069,66,15-Jun-1980,x
9990000026,22,16-Jun-1980,x
9990000019,77,,x
Total: 7,,,
"""


def request(folder: Path, **options: object) -> SearchOptions:
    if not (folder / "extract").exists():
        write_plain(folder / "extract", PEOPLE, EVENTS)
        (folder / "rule.yaml").write_text(RULE, encoding="utf-8")
        (folder / "report.csv").write_text(REPORT, encoding="utf-8")
    source = Source(folder / "extract")
    return SearchOptions(source=source, rule=folder / "rule.yaml", out=folder / "run", **options)  # type: ignore[arg-type]


def nominate(folder: Path, **options: object) -> SearchOptions:
    return request(folder, nominate=folder / "report.csv", route="hand search", **options)


def why(found: SearchResult) -> dict[str, list[str]]:
    return {person.local_number: person.why.split("\n") for rows in found.lists.values() for person in rows}


def became(found: SearchResult) -> dict[str, dict[str, int]]:
    return {one.option: {ending.name: ending.people for ending in one.endings} for one in found.reports}


def test_a_search_kept_to_a_report(tmp_path: Path) -> None:
    asked = request(tmp_path, only=tmp_path / "report.csv")
    found = run_search(asked)
    # Of those with pain, 2 was born on another day by the report, so nobody can say that it is the same person.
    assert list(why(found)) == ["11"]
    assert became(found) == {"only": {"matched": 4, "absent": 1, "born_otherwise": 1}}
    stages = {count.name: (count.people, count.left) for count in found.attrition if count.kind == "stage"}
    assert stages["records"] == (5, None) and stages["reported"] == (4, 1)
    # The lists of a chosen few are nothing to compare a later run's with.
    assert json.loads((asked.out / "quality.json").read_text(encoding="utf-8"))["listed"] is None


def test_nominated_people_and_what_became_of_each(tmp_path: Path) -> None:
    found = run_search(nominate(tmp_path, nominated_because="came to the\ndesk"))
    assert why(found) == {
        "11": [
            "Nominated (hand search), and found by the rule as well: came to the desk",
            "Chronic pain said outright: recorded once, 1 Jan 2026 (Chronic pain)",
        ],
        "22": ["Chronic pain said outright: recorded once, 1 Jan 2026 (Chronic pain)"],
        "33": ["Nominated (hand search), not found by the rule: came to the desk"],
    }
    assert became(found)["nominated"] == {
        "found_too": 1,
        "nominated_only": 1,
        "population:registered": 1,
        "exclude:sick": 1,
        "absent": 1,
        "born_otherwise": 1,
    }


def test_both_reports_together(tmp_path: Path) -> None:
    asked = nominate(tmp_path, only=tmp_path / "some.csv")
    (tmp_path / "some.csv").write_text("NHS Number\n9990000018\n9990000026\n", encoding="utf-8")
    found = run_search(asked)
    assert sorted(why(found)) == ["11", "22"]  # 33 is nominated, but the search is not about them
    assert became(found)["only"] == {"matched": 2}
    assert became(found)["nominated"]["population:reported"] == 3
    for one in found.reports:
        assert sum(ending.people for ending in one.endings) == len(one.report.people)


def test_the_run_says_what_it_was_given(tmp_path: Path) -> None:
    asked = nominate(tmp_path, only=tmp_path / "report.csv", nominated_because="a secret of the desk")
    run_search(asked)
    manifest_text = (asked.out / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(manifest_text)
    assert set(manifest["reports"]) == {"only", "nominated"}
    said = manifest["reports"]["nominated"]
    assert (said["file"], said["route"], said["people"]) == ("report.csv", "hand search", 6)
    assert said["rejected"] == {
        "a total or a note at the end, not a patient": 1,
        "an NHS number that fails its check digit": 1,
    }
    assert len(said["sha256"]) == 64 and sum(said["became"].values()) == said["people"]
    assert "999000" not in manifest_text and "secret" not in manifest_text
    about = load_workbook(asked.out / "lists" / "A00001" / "invitation-list.xlsx")["About this list"]
    cells = {label: str(text) for label, text in about.iter_rows(max_col=2, values_only=True)}
    assert cells["Nominated (hand search)"].startswith("report.csv names 6 people: 1 listed, and found by the rule")
    assert "step “Not sick”" in cells["Nominated (hand search)"]
    assert cells["Limited to a patient report"].endswith("No one else was searched.")
    with (asked.out / "rejects.csv").open(encoding="utf-8", newline="") as file:
        lines = [(row["line"], row["reason"]) for row in csv.DictReader(file) if row["file"] == "report.csv"]
    assert ("9", "an NHS number that fails its check digit") in lines
    with (asked.out / "attrition.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "nominated"]
    assert int(rows[0]["people"]) == sum(int(row["people"]) for row in rows[1:]) == 6


def test_explaining_somebody_nominated_and_somebody_outside_the_report(tmp_path: Path) -> None:
    asked = nominate(tmp_path, only=tmp_path / "report.csv")
    run_search(asked)
    nominated, outside = (list(describe(explain(asked.out, number)[0])) for number in ("33", "22"))
    assert nominated[1] == "Listed: every step is met"
    assert any("Nominated by hand" in line for line in nominated)
    assert outside[1] == "Not listed. The first step not met: In the patient report"
    assert not any("Nominated" in line for line in outside)


def test_a_store_gives_the_same_lists(tmp_path: Path) -> None:
    asked = nominate(tmp_path, only=tmp_path / "report.csv")
    run_search(asked)
    build_store(asked.source.path, tmp_path / "store", Settings(), lambda _: None)
    again = replace(asked, source=Source(tmp_path / "store", is_store=True), out=tmp_path / "again")
    run_search(again)
    lists = "lists/A00001/invitation-list.csv"
    assert (asked.out / lists).read_bytes() == (again.out / lists).read_bytes()
    assert (asked.out / "attrition.csv").read_bytes() == (again.out / "attrition.csv").read_bytes()


def test_of_a_practice_left_out(tmp_path: Path) -> None:
    asked = nominate(tmp_path)
    with (asked.source.path / "practice.csv").open("a", encoding="utf-8") as file:
        file.write("B00002,Second,Test,2026-01-01\n")
    with (asked.source.path / "patient.csv").open("a", encoding="utf-8") as file:
        file.write("6,B00002,6,9990000069,66,1980-06-15,day,2010-01-01,regular,0,0" + "," * len(ENDS) + "\n")
    found = run_search(asked)
    assert became(found)["nominated"]["practice_left_out"] == 1
    # With two practices, a number of the practice alone no longer says who it is.
    assert became(found)["nominated"]["which_practice"] == 1


@pytest.mark.parametrize("options", [{"only": "report.csv"}, {"nominate": "report.csv", "route": "poster"}])
def test_a_pseudonymised_store_knows_nobody_in_a_report(tmp_path: Path, options: dict[str, str]) -> None:
    asked = request(tmp_path)
    key = tmp_path / "key"
    key.write_text("0123456789abcdef" * 4, encoding="utf-8")
    key.chmod(0o600)
    done = casefinder("store", "build", tmp_path / "store", "--extract", asked.source.path, "--pseudonymise", key)
    assert done.returncode == 0, done.stderr
    paths = {name: tmp_path / value if "." in value else value for name, value in options.items()}
    hidden = replace(asked, source=Source(tmp_path / "store", is_store=True), counts_only=True, **paths)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="So nobody in a patient report can be found in it"):
        run_search(hidden)


def test_faults_of_usage_are_found_before_anything_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    for options, said in (
        ({"nominate": report}, "--route"),
        ({"nominate": report, "route": "rheumatolgy"}, "Did you mean 'rheumatology'"),
        ({"route": "poster"}, "--nominate"),
        ({"nominated_because": "x"}, "--nominate"),
        ({"only": tmp_path / "none.csv"}, "There is no file"),
        ({"nominate": report, "route": "poster", "nominated_because": "x" * 201}, "201 characters"),
    ):
        asked = request(tmp_path, **options)
        with pytest.raises(UsageError, match=said):
            run_search(asked)
        assert not asked.out.exists()


def test_the_command(tmp_path: Path) -> None:
    asked = request(tmp_path)
    words = (
        "search",
        "--extract",
        asked.source.path,
        "--rule",
        asked.rule,
        "--out",
        asked.out,
        "--today",
        "2026-11-20",
    )
    reports = ("--only", tmp_path / "report.csv", "--nominate", tmp_path / "report.csv", "--route", "hand-search")
    done = casefinder(*words, *reports)
    assert done.returncode == 0, done.stderr
    assert "A00001: 2 names" in done.stdout
    assert "Limited to a patient report: report.csv names 6 people: 4 in the practices searched;" in done.stdout
    assert "Nominated (hand search): report.csv names 6 people: 1 listed, and found by the rule as well;" in done.stdout
    assert "In the patient report" in done.stdout and "pain, or nominated" in done.stdout
    assert "report.csv: 1 line does not identify anyone" in done.stderr
    assert not any(number in done.stdout + done.stderr for number in ("999000", "999 000"))


def test_a_file_that_is_no_report_stops_the_command(tmp_path: Path) -> None:
    asked = request(tmp_path)
    (tmp_path / "report.xlsx").write_bytes(b"PK\x03\x04")
    words = ("search", "--extract", asked.source.path, "--rule", asked.rule, "--out", asked.out)
    done = casefinder(*words, "--only", tmp_path / "report.xlsx")
    assert done.returncode == 11 and "choose Save As and CSV" in done.stderr and not asked.out.exists()
