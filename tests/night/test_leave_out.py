"""A night's study with an earlier list, whose people are not listed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.review import decide
from pipeline.night.settings import Site, read_settings
from pipeline.runs.paths import RunPaths
from tests.night.small import DAY, NUMBERS, PEOPLE, PRACTICES, later, make_site, night, read_list, runs


def with_earlier_list(folder: Path) -> Site:
    """The site's settings, with an earlier list to leave out."""
    settings = folder / "site.toml"
    settings.write_text(f'{settings.read_text(encoding="utf-8")}leave_out = "earlier.csv"\n', encoding="utf-8")
    return read_settings(settings)


def test_people_on_an_earlier_list_go_off_the_list_with_the_reason(tmp_path: Path) -> None:
    assert night(make_site(tmp_path), PEOPLE).exit_code == 0
    (tmp_path / "earlier.csv").write_text(f"NHS Number\n{NUMBERS[0]}\n", encoding="utf-8")
    site = with_earlier_list(tmp_path)
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert [row["nhs_number"] for row in read_list(site)] == [NUMBERS[1]]
    last = sorted(path for path in runs(site).iterdir() if path.is_dir())[-1]
    with RunPaths(last).dropped(PRACTICES[0]).open(encoding="utf-8-sig", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["because"] == "in the earlier list to leave out"


def test_an_earlier_list_that_is_missing_keeps_the_last_list(tmp_path: Path) -> None:
    """Without it, people of the earlier trial would be listed."""
    assert night(make_site(tmp_path), PEOPLE).exit_code == 0
    site = with_earlier_list(tmp_path)
    assert night(site, PEOPLE, later(1)).exit_code != 0
    assert [row["nhs_number"] for row in read_list(site)] == list(NUMBERS[:2])


def leave_out_studies(folder: Path, line: str) -> Site:
    """The site's settings, with studies to leave out of its last study."""
    settings = folder / "site.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}leave_out_studies = {line}\n", encoding="utf-8")
    return read_settings(settings)


def test_people_to_whom_another_study_writes_are_left_off(tmp_path: Path) -> None:
    make_site(tmp_path, ("pain", "second"))
    site = leave_out_studies(tmp_path, '["pain"]')
    assert night(site, PEOPLE).exit_code == 0
    for study in ("pain", "second"):  # both are for review in both studies
        assert [row["nhs_number"] for row in read_list(site, study=study)] == list(NUMBERS[:2])
    with open_ledger(site.ledger, DAY) as ledger:
        [code] = [
            one.study_code for one in people_in(ledger, "pain", "for_review") if one.registration.number == NUMBERS[0]
        ]
        decide(ledger, "pain", code, "approved", DAY, "GP")
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert [row["nhs_number"] for row in read_list(site, study="second")] == [NUMBERS[1]]
    with open_ledger(site.ledger, DAY) as ledger:
        [left] = people_in(ledger, "second", "excluded")
        assert (left.registration.number, left.reason) == (NUMBERS[0], "in_earlier_list")


def test_a_study_to_leave_out_that_no_one_knows_stops_the_study(tmp_path: Path) -> None:
    make_site(tmp_path)
    assert night(leave_out_studies(tmp_path, '["pian"]'), PEOPLE).exit_code != 0
    with pytest.raises(UsageError, match="leaves itself out"):
        leave_out_studies(make_site(tmp_path / "other").output.parent, '["pain"]')
