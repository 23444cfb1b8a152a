"""A night's list marks people who stand in another study too, and people at one address; it names no one else."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.casefinding.list_marks import SAME_ADDRESS
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.review import decide
from pipeline.night.list_marks import DECIDED_AT_HOME
from pipeline.night.settings import Site
from tests.night.small import DAY, PRACTICES, later, make_site, night, read_list, somebody

AT_HOME = {"street": "1 High Street", "postcode": "ZE1 0AA"}


def flags(site: Site, study: str = "pain") -> dict[str, str]:
    return {row["given_name"]: row["flags"] for row in read_list(site, study=study)}


def test_people_on_two_studies_lists(tmp_path: Path) -> None:
    site = make_site(tmp_path, ("pain", "back"))
    people = [somebody(0), somebody(1)]
    night(site, people)
    # Whichever study is searched first, the lists of a night do not depend on it.
    for study in ("pain", "back"):
        assert flags(site, study) == dict.fromkeys(("Given1", "Given2"), "New on this list")
    night(site, people, later(1))
    assert flags(site) == dict.fromkeys(("Given1", "Given2"), "Also on the list of the study back")
    assert flags(site, "back") == dict.fromkeys(("Given1", "Given2"), "Also on the list of the study pain")


def test_another_study_s_approval_and_who_is_not_there(tmp_path: Path) -> None:
    site = make_site(tmp_path, ("pain", "back"))
    people = [somebody(0), somebody(1), somebody(2)]
    night(site, people)
    with open_ledger(site.ledger, DAY) as ledger:
        codes = {one.registration.nhs_number: one.study_code for one in people_in(ledger, "back", "for_review")}
        decide(ledger, "back", codes[people[0].number], "approved", DAY, "GP")
        decide(ledger, "back", codes[people[1].number], "rejected", DAY, "GP", reason="in work")
    night(site, people, later(1))
    assert flags(site) == {
        "Given1": "Also approved for a letter from the study back",
        "Given2": "",
        "Given3": "Also on the list of the study back",
    }


def test_people_at_one_address(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    people = [somebody(0, **AT_HOME), somebody(1, street="1, HIGH ST", postcode="ZE10AA"), somebody(2)]
    elsewhere = somebody(3, practice=PRACTICES[1], **AT_HOME)  # another practice's list, and its own business
    night(site, [*people, elsewhere])
    assert flags(site) == {
        "Given1": f"New on this list; {SAME_ADDRESS}",
        "Given2": f"New on this list; {SAME_ADDRESS}",
        "Given3": "New on this list",
    }
    (run,) = (site.output / "runs" / "pain").iterdir()
    counted = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["practices"]
    assert [(one["at_one_address"], one["in_two_studies"]) for one in counted] == [(2, 0), (0, 0)]
    with open_ledger(site.ledger, DAY) as ledger:
        codes = {one.registration.nhs_number: one.study_code for one in people_in(ledger, "pain", "for_review")}
        decide(ledger, "pain", codes[people[0].number], "approved", DAY, "GP")
    night(site, [*people, elsewhere], later(1))
    assert flags(site) == {"Given2": DECIDED_AT_HOME, "Given3": ""}
