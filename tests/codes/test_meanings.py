"""The meanings of a list: each stands in every system that the list claims, or is declared missing with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.codes.codelist import lint, load
from pipeline.codes.meanings import by_meaning
from pipeline.codes.show import show
from tests.codes.test_codelist import ABOUT, write

HEADING = "code,system,term,meaning\n"
CHRONIC = "82423001,snomed,Chronic pain,chronic pain\n1M52.,read2,Chronic pain,chronic pain\n"
NECK = "81680005,snomed,Neck pain,neck pain\n"
CLAIMS = "systems: [snomed, read2]\n"
NO_NECK = "missing:\n  neck pain:\n    read2: none was found\n"


def said(folder: Path, rows: str, about: str = CLAIMS, heading: str = HEADING) -> list[str]:
    """What lint finds: place and sentence, without the folder."""
    path = write(folder, heading + rows, ABOUT + about)
    return [str(finding).removeprefix(f"{folder}/") for finding in lint(path)]


def test_every_meaning_in_every_system(tmp_path: Path) -> None:
    assert said(tmp_path, CHRONIC) == []
    found = load("pain", tmp_path)
    assert {meaning: [*systems] for meaning, systems in by_meaning(found.entries).items()} == {
        "chronic pain": ["snomed", "read2"]
    }


def test_a_list_without_meanings_stays_valid(tmp_path: Path) -> None:
    assert said(tmp_path, "82423001,snomed,Chronic pain\n", "", "code,system,term\n") == []


def test_what_a_system_lacks_is_named(tmp_path: Path) -> None:
    assert said(tmp_path, CHRONIC + NECK) == [
        "pain.csv:4: error: the meaning 'neck pain' has no code in read2; add one, or say under 'missing' why not"
    ]


def test_every_lack_is_named_at_once(tmp_path: Path) -> None:
    found = said(tmp_path, CHRONIC + NECK, "systems: [snomed, read2, ctv3]\n")
    assert [line.split(";")[0] for line in found] == [
        "pain.csv:2: error: the meaning 'chronic pain' has no code in ctv3",
        "pain.csv:4: error: the meaning 'neck pain' has no code in read2, ctv3",
    ]


def test_what_is_declared_missing_with_a_reason_is_right(tmp_path: Path) -> None:
    assert said(tmp_path, CHRONIC + NECK, CLAIMS + NO_NECK) == []


def test_several_systems_share_a_reason(tmp_path: Path) -> None:
    both = (
        "systems: [snomed, read2, ctv3]\nmissing:\n  neck pain: {'read2, ctv3': none}\n  chronic pain: {ctv3: none}\n"
    )
    assert said(tmp_path, CHRONIC + NECK, both) == []


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (
            CLAIMS + NO_NECK,
            "pain.yaml:12: error: 'neck pain' is not missing in read2: it has 'N131.'; remove this line",
        ),
        (
            CLAIMS + "missing:\n  nek pain:\n    read2: none\n",
            "pain.yaml:12: error: the meaning 'nek pain' is not known; did you mean 'neck pain'? "
            "Known: chronic pain, neck pain",
        ),
        (
            CLAIMS + "missing:\n  neck pain:\n    ctv3: none\n",
            "pain.yaml:12: error: the list does not claim ctv3, so nothing can be missing there; remove this line",
        ),
        (CLAIMS + "missing:\n  neck pain:\n    read2:\n", "pain.yaml:12: error: say why 'neck pain' has no code here"),
        (
            CLAIMS + "missing:\n  neck pain:\n    reed2: none\n",
            "pain.yaml:12: error: the system 'reed2' is not known; did you mean 'read2'? "
            "Known: snomed, read2, ctv3, dmd, bnf, name",
        ),
        (
            CLAIMS + "missing: none\n",
            "pain.yaml:10: error: 'missing' gives each meaning its systems, and each of them a reason, such as "
            "read2, ctv3: none was found",
        ),
        (
            "systems: [snowmed]\n",
            "pain.yaml:9: error: the system 'snowmed' is not known; did you mean 'snomed'? "
            "Known: snomed, read2, ctv3, dmd, bnf, name",
        ),
        (
            "",
            "pain.yaml: error: the list has meanings; say under 'systems' in which code systems it has them all",
        ),
        (
            NO_NECK,
            "pain.yaml:9: error: 'missing' needs 'systems': say in which code systems the list claims to be complete",
        ),
    ],
)
def test_a_declaration_that_is_not_true_is_named(tmp_path: Path, about: str, expected: str) -> None:
    assert expected in said(tmp_path, CHRONIC + NECK + "N131.,read2,Neck pain,neck pain\n", about)


def test_a_list_with_the_column_must_fill_it(tmp_path: Path) -> None:
    assert said(tmp_path, CHRONIC + "81680005,snomed,Neck pain,\n") == [
        "pain.csv:4: error: code '81680005' has no meaning; say which it belongs to"
    ]


def test_a_claim_without_the_column_asks_for_it(tmp_path: Path) -> None:
    assert said(tmp_path, "82423001,snomed,Chronic pain\n", "systems: snomed\n", "code,system,term\n") == [
        "pain.csv:2: error: code '82423001' has no meaning; say which it belongs to"
    ]


def test_the_same_code_has_one_meaning(tmp_path: Path) -> None:
    twice = "82423001,snomed,Chronic pain,neck pain\n"
    assert (
        "pain.csv:4: error: code '82423001' is already on line 2 with a different meaning; keep the right row"
        in said(tmp_path, CHRONIC + twice)
    )


def test_a_medicines_substance_is_its_meaning(tmp_path: Path) -> None:
    rows = "Codeine,name,codeine,codeine\nKapake,name,brand,codeine\n"
    assert said(tmp_path, rows, "systems: [name]\n", "code,system,term,substance\n") == []
    assert {entry.meaning for entry in load("pain", tmp_path).entries} == {"codeine"}
    both = said(tmp_path, "Codeine,name,codeine,codeine,codeine\n", "", "code,system,term,substance,meaning\n")
    assert "keep only one of the columns 'meaning' and 'substance'" in both[0]


def test_a_list_is_shown_by_meaning(tmp_path: Path) -> None:
    write(tmp_path, HEADING + CHRONIC + NECK + "X75sy,ctv3,Chronic pain,chronic pain\n", ABOUT + CLAIMS + NO_NECK)
    assert [*show(load("pain", tmp_path))] == [
        "pain, version 1.10: Pain",
        "Every meaning is in snomed, read2, or is declared missing there.",
        "It also has codes in ctv3, where it does not claim to be complete.",
        "",
        "chronic pain",
        "  snomed  82423001 Chronic pain",
        "  read2   1M52. Chronic pain",
        "  ctv3    X75sy Chronic pain",
        "",
        "neck pain",
        "  snomed  81680005 Neck pain",
        "  read2   missing: none was found",
    ]
