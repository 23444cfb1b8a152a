"""The same finding at a hundred practices is one line with the count and the worst; the page lists every practice."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.casefinding.warnings import find_warnings, warnings_for
from pipeline.errors import QualityError
from pipeline.extracts.model import Extract, Nouns
from pipeline.people.searched_practices import Practice
from pipeline.quality.count.profile_model import Profile
from pipeline.quality.gate import _without_off, put_in_words, refuse_to_search, summarise_warnings
from pipeline.quality.judge.finding import Failure, Finding, Kind, Level
from pipeline.quality.report.model import JSON_NAME, PAGE_NAME, Report
from pipeline.quality.report.summary import group_findings
from pipeline.quality.report.write import write_report
from pipeline.store.delivery_warnings import summarise_warnings as summarise_deliveries
from pipeline.store.manifest import Applied, record_applied
from pipeline.store.practices import Organisation, _say_switched_off
from tests.quality.damage import instep

MADE_ON = date(2026, 11, 20)
PRACTICES = [f"P{number:03}" for number in range(100)]

NOTHING_READ = Extract(
    format="EMIS", version="1", files=(), left_out={}, gaps=(), warnings=(), nouns=Nouns(), pseudonymised_because="",
    torn={},
)  # fmt: skip


def applied_with(*warnings: str) -> Applied:
    return record_applied(replace(NOTHING_READ, warnings=warnings), 1, "", (1, 1), None, True, {})


def finding(
    practice: str,
    n: int,
    of: float,
    kind: Kind = Kind.COLUMN_BLANK,
    level: Level = Level.WARN,
    item: str = "patient.surname",
    months: tuple[str, ...] = (),
) -> Finding:
    failure = Failure(kind=kind, level=level, practice=practice, item=item, months=months, n=n, of=of)
    return put_in_words(failure, MADE_ON, None)


def report_of(findings: Iterable[Finding]) -> Report:
    return Report("EMIS", (), Profile(()), tuple(findings), "0" * 64, {}, None)


@pytest.fixture
def network() -> Report:
    """One fault at a hundred practices, the worst at P042; and another at one of them."""
    blank = [finding(practice, 1000 if practice == "P042" else 200, 1000) for practice in PRACTICES]
    return report_of([*blank, finding("P007", 5, 300, Kind.BEFORE_BIRTH, item="event")])


def test_a_hundred_practices_are_one_line(network: Report) -> None:
    first, second = summarise_warnings(network)
    assert first == (
        "100 practices: a column that is blank. The worst is P042: The surname is missing for 1,000 of 1,000 (100%) "
        "patients. Ask whether the column was left out of the extract. Ask for a new extract, and check it before you "
        "search again. quality.html lists all 100 practices."
    )
    assert second.startswith("P007: 5 of 300 (1.7%) coded entries are dated before the patient was born. ")


def test_the_page_and_the_json_keep_every_practice(network: Report, tmp_path: Path) -> None:
    write_report(network, tmp_path)
    kept = json.loads((tmp_path / JSON_NAME).read_text(encoding="utf-8"))["findings"]
    assert [one["practice"] for one in kept] == [*PRACTICES, "P007"]
    page = (tmp_path / PAGE_NAME).read_text(encoding="utf-8")
    assert all(f"Practice {practice}:" in page for practice in PRACTICES)
    assert "The extract can be used, with 2 warnings" in page
    assert page.index("Ask whether the column was left out") < page.index("Practice P000:")  # not a hundred lines down
    assert page.index("Rows may be in the wrong patient") > page.index("Practice P007:</strong> 5 of 300")


def test_a_stop_says_it_once_too(network: Report) -> None:
    stopped = report_of(replace(one, level=Level.STOP) for one in network.findings)
    with pytest.raises(QualityError) as error:
        refuse_to_search(stopped, "page")
    lines = [line for line in str(error.value).splitlines() if line.startswith("- ")]
    assert len(lines) == 2 and lines[0].startswith("- 100 practices: a column that is blank. The worst is P042:")


@pytest.mark.parametrize(
    ("kind", "item", "counts", "worst"),
    [
        (Kind.EXTRACT_OLD, "", {"A": (40, 0), "B": (90, 0)}, "B"),
        (Kind.PRACTICE_GONE, "", {"A": (0, 40), "B": (0, 9000)}, "B"),
        (Kind.CODE_UNKNOWN, "event", {"A": (900, 1000), "B": (300, 1000)}, "A"),
        (Kind.MONTH_LOW, "event", {"A": (0, 30), "B": (0, 800), "C": (3, 900)}, "B"),  # of two without rows, the larger
        (Kind.PRACTICE_ZERO, "event", {"A": (10, 900), "B": (5, 900)}, "B"),
        (Kind.VOLUME_CHANGED, "event", {"A": (500, 1000), "B": (9000, 1000)}, "B"),
        (Kind.VOLUME_CHANGED, "event", {"A": (10, 1000), "B": (4000, 1000)}, "A"),
    ],
)
def test_which_is_the_worst(kind: Kind, item: str, counts: dict[str, tuple[int, float]], worst: str) -> None:
    found = [finding(practice, n, of, kind, item=item, months=("2026-06",)) for practice, (n, of) in counts.items()]
    (group,) = group_findings(found)
    assert group[0].practice == worst


def test_a_practice_that_is_left_out_is_not_asked_for_again() -> None:
    gone = [finding(name, 0, 9000, Kind.PRACTICE_GONE, item="") for name in ("A", "B")]
    assert [one.practice for one in _without_off(tuple(gone), frozenset({"A"}))] == ["B"]


def test_two_months_of_one_practice_are_two_things() -> None:
    months = [finding("A", 0, 90, Kind.MONTH_LOW, item="event", months=(month,)) for month in ("2026-03", "2026-06")]
    said = " ".join(summarise_warnings(report_of(months)))
    assert "in March 2026" in said and "in June 2026" in said


def test_a_stop_and_a_warning_are_two_things() -> None:
    two = [finding("A", 900, 1000, level=Level.STOP), finding("B", 100, 1000)]
    assert len(summarise_warnings(report_of(two))) == 2


def test_what_concerns_all_is_said_of_all() -> None:
    (line,) = summarise_warnings(report_of([finding("", 0, 5000, Kind.LIST_SILENT, item="cancer")]))
    assert line.startswith("All practices: In the records of 5,000 patients, the code list 'cancer' finds nothing")


def test_a_list_says_what_concerns_its_practice(network: Report) -> None:
    silent = finding("", 0, 5000, Kind.LIST_SILENT, item="cancer")
    report = report_of([*network.findings, silent])
    practices = [Practice(name, "", MADE_ON, is_searched=True) for name in PRACTICES]
    warnings = ["Accepted.", *summarise_warnings(report), "Read as Windows-1252."]
    assert [line.split(":")[0] for line in warnings_for("P007", warnings, report, practices)] == [
        "Accepted.", "P007", "P007", "All practices", "Read as Windows-1252.",
    ]  # fmt: skip
    own = list(warnings_for("P003", warnings, report, practices))
    assert own[1].startswith("P003: The surname is missing for 200 of 1,000 (20%) patients. Ask whether")
    assert not any("100 practices" in line or "P042" in line for line in own)


def test_practices_that_are_too_old_are_one_line_and_on_no_other_list() -> None:
    old = [Practice(f"P{day:03}", "", date(2026, 7, day), is_searched=False) for day in range(1, 31)]
    practices = [*old, Practice("P100", "", MADE_ON, is_searched=True)]
    (line,) = find_warnings(practices, NOTHING_READ, instep(), ())
    assert line.startswith("30 practices were not searched") and "oldest is from P001, of 01/07/2026" in line
    assert list(warnings_for("P100", [line], report_of(()), practices)) == []


def test_a_warning_of_many_deliveries_is_said_once() -> None:
    """A sharing agreement for each practice is a feed of its own."""
    applied = [applied_with("The manifest is missing.", "The manifest is missing."), applied_with("Cut short.")]
    assert summarise_deliveries([*applied, applied_with("The manifest is missing.")]) == [
        "The manifest is missing. (The same in 2 deliveries.)",
        "Cut short.",
    ]


def test_practices_switched_off_are_one_line_that_names_them() -> None:
    off = [Organisation(row, f"A8100{row}", None, None, None, True, False, 900) for row in range(1, 5)]
    assert list(_say_switched_off(off)) == [
        "4 practices are left out: their sharing agreements are disabled, deleted or not activated. Ask the practices "
        "or the supplier before you use their records. The practices are A81001, A81002, A81003, A81004."
    ]
