"""However a report is rendered, it gives back the same people."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum

from pipeline.patient_reports.lines import EMPTY, TOTAL
from pipeline.patient_reports.model import ReportedPatient
from pipeline.patient_reports.read import read_report

CHECKED = [(f"{nine}", calculate_checksum(f"{nine}")) for nine in range(999000001, 999000060)]
NUMBERS = [f"{nine}{check}" for nine, check in CHECKED if check is not None and check < 10]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
PREAMBLE = ("Report of Zoë", "", "Run on 20/11/2026 by Dr O'Brien", "Population,3,of,4", "Patients; all\tof them")
TOTALS = ("", "Total: 3", "Printed 20/11/2026", ",,")
NAMES = ("SMITH, Jane (Mrs)", "O'Brien", 'the "third"', "Zoë", "two\nlines", "a;b\tc", "")
DAYS: tuple[Callable[[date], str], ...] = (
    date.isoformat,
    lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}",
    lambda day: f"{day.day:02}-{day.strftime('%b')}-{day.year:04}",
)
SPACED: tuple[Callable[[str], str], ...] = (
    str,
    lambda digits: f"{digits[:3]} {digits[3:6]} {digits[6:]}",
    lambda digits: f"{digits[:3]}-{digits[3:6]}-{digits[6:]}",
)
TITLES = ("NHS Number", "EMIS Number", "Organisation Code", "Date of Birth", "Full Name")


@st.composite
def patients(draw: st.DrawFn) -> list[ReportedPatient]:
    """Some with an NHS number, some with the practice's number, some with both; nobody twice."""
    numbers = draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=6))
    born = st.none() | st.dates(date(1900, 1, 1), date(2010, 12, 31))
    practice = st.sampled_from([None, "A00001"])
    found = [
        ReportedPatient(n, draw(st.sampled_from([None, f"1{n[-3:]}"])), draw(practice), draw(born)) for n in numbers
    ]
    local = draw(st.lists(st.integers(100, 999), unique=True, max_size=3))
    return found + [ReportedPatient(None, str(n), draw(practice), draw(born)) for n in local]


@st.composite
def rendered(draw: st.DrawFn, people: list[ReportedPatient]) -> bytes:
    """The report as some system, set up in some way, could have written it."""
    columns = draw(st.permutations([*TITLES, *draw(st.lists(st.sampled_from(TITLES), max_size=3))]))
    spaced, say_day = draw(st.sampled_from(SPACED)), draw(st.sampled_from(DAYS))

    def row(person: ReportedPatient) -> list[str]:
        cells = {
            "NHS Number": spaced(person.nhs_number) if person.nhs_number else "",
            "EMIS Number": person.local_number or "",
            "Organisation Code": person.practice or "",
            "Date of Birth": say_day(person.date_of_birth) if person.date_of_birth else "",
            "Full Name": draw(st.sampled_from(NAMES)),
        }
        return [cells[title] for title in columns]

    repeated = [person for person in people for _ in range(draw(st.integers(1, 2)))]
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=draw(st.sampled_from([",", "\t", ";"])), lineterminator=draw(st.sampled_from(["\r\n", "\n"]))
    )
    writer.writerow(columns)
    writer.writerows(row(person) for person in repeated)
    before = draw(st.lists(st.sampled_from(PREAMBLE), max_size=5))
    after = draw(st.lists(st.sampled_from(TOTALS), max_size=3))
    whole = "".join(f"{line}\n" for line in before) + text.getvalue() + "".join(f"{line}\n" for line in after)
    return whole.encode(draw(st.sampled_from(ENCODINGS)))


@settings(deadline=None, max_examples=150)
@given(data=st.data(), people=patients())
def test_every_rendering_gives_back_the_same_people(data: st.DataObject, people: list[ReportedPatient]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        path.write_bytes(data.draw(rendered(people)))
        found = read_report(path)
    assert found.people == tuple(people)
    assert {reject.reason for reject in found.rejects} <= {EMPTY, TOTAL}
    assert len(found.preamble) + 1 + len(people) + found.repeats + found.breaks + len(found.rejects) == found.lines
