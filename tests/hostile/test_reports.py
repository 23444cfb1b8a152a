"""Reports of patients that mean harm: a clear error or counted lines, at once, and nobody is quoted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CasefinderError
from pipeline.patient_reports.model import PatientReport
from pipeline.patient_reports.read import read_report
from tests.effort import effort, longer
from tests.hostile.clock import within
from tests.hostile.damage import NOT_VALUES
from tests.hostile.looking import assert_discreet, room
from tests.hostile.people import PEOPLE

HEADER = "NHS Number,EMIS Number,Organisation Code,Date of Birth,Full Name\r\n"
SOUND = HEADER + "".join(
    f"{one.nhs_number},{4700 + one.number},{one.practice},15-Feb-1980,{one.surname}\r\n" for one in PEOPLE
)

pytestmark = longer
NUMBERS = {one.nhs_number for one in PEOPLE}


def report_of(content: bytes) -> PatientReport | None:
    """The report, its books balanced; None where it was refused."""
    with room() as folder, within(20):
        (folder / "report.csv").write_bytes(content)
        try:
            report = read_report(folder / "report.csv")
        except CasefinderError as error:
            assert_discreet(str(error), folder)
            return None
        assert_discreet(f"{report.warnings} {report.rejects}", folder)
        lines = len(report.preamble) + 1 + len(report.people) + report.repeats + len(report.rejects) + report.breaks
        assert lines == report.lines
        return report


def names(report: PatientReport | None) -> set[str]:
    return {one.nhs_number for one in report.people if one.nhs_number} if report else set()


def test_a_sound_report() -> None:
    assert names(report_of(SOUND.encode())) == NUMBERS


def test_a_report_cut_at_every_byte() -> None:
    """Nobody is named who was not; a number cut short fails its check, its length or both."""
    content = SOUND.encode()
    for place in range(len(content)):
        assert names(report_of(content[:place])) <= NUMBERS


@pytest.mark.parametrize("text", NOT_VALUES)
def test_nonsense_in_every_cell_of_a_line(text: str) -> None:
    line = ",".join([text] * 5)
    report = report_of((SOUND + line + "\r\n").encode())
    assert names(report) == NUMBERS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    assert names(report_of(SOUND.replace("\r\n", end).encode(encoding))) == NUMBERS


LARGE = {
    "a field of 30 MB": SOUND + '1,2,3,4,"' + "x" * 30_000_000 + '"\r\n',
    "a million columns": HEADER.strip() + ",x" * 1_000_000 + "\r\n1\r\n",
    "15 million empty lines": SOUND + "\n" * 15_000_000,
    "300,000 open quotes": SOUND + '"\n' * 300_000,
    "an open quote and 5 million lines": SOUND + '"' + "a\n" * 5_000_000,
    "10 MB of quotes": SOUND + '"' * 10_000_000,
    "10 MB of digits": SOUND + "9" * 10_000_000 + "\r\n",
    "10 MB of spaces": SOUND + " " * 10_000_000 + "\r\n",
    "a title of 10 MB": "x" * 10_000_000 + SOUND,
    "10 MB of apostrophes": SOUND + "'" * 10_000_000 + "\r\n",
}


@pytest.mark.parametrize("shape", LARGE)
def test_a_report_that_is_too_much(shape: str) -> None:
    assert names(report_of(LARGE[shape].encode())) <= NUMBERS


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to("/nowhere")],
    ids=["pipe", "folder", "device", "link to nothing"],
)
def test_what_is_no_file(make: Callable[[Path], object]) -> None:
    with room() as folder, within(20):
        make(folder / "report.csv")
        with pytest.raises(CasefinderError):
            read_report(folder / "report.csv")


@effort(150, 1_000)
@given(
    st.integers(0, len(SOUND)), st.integers(0, 40), st.one_of(st.binary(max_size=12), st.sampled_from([b'"', b"\0"]))
)
def test_any_bytes_in_the_place_of_others(place: int, length: int, piece: bytes) -> None:
    """Nobody new is named but by a number whose check digit is right: then the file says so."""
    content = SOUND.encode()
    report_of(content[:place] + piece + content[place + length :])
