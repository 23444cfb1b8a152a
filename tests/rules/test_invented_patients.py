"""Each shipped rule's invented patients get the answers that were worked out by hand."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.example_patients import load_patients
from pipeline.rules.load import load_rule
from pipeline.search.by_hand import ByHand
from pipeline.search.compile import compile_rule
from pipeline.search.example_patients import run_invented
from pipeline.search.input_tables import number_roles
from pipeline.vocabulary import STAGES

RULES = Path(__file__).parents[2] / "rules"
BESIDE = sorted(RULES.glob("*.patients.yaml"))


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.name)
def test_the_rule_gives_every_invented_patient_the_expected_answer(path: Path) -> None:
    checked = check_rule(load_rule(path.with_name(path.name.replace(".patients", ""))))
    assert [str(difference) for difference in run_invented(checked, load_patients(path))] == []


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.name)
def test_every_stage_of_the_rule_stops_someone(path: Path) -> None:
    """A clause that no invented patient fails is a clause that nobody has checked."""
    rule = load_rule(path.with_name(path.name.replace(".patients", ""))).rule
    invented = load_patients(path)
    plan = compile_rule(rule, invented.index_date, number_roles((), rule))
    expected = {patient.expect for patient in invented.patients}
    assert expected == {"listed", *(stage.key for stage in plan.stages)}


def test_no_criterion_may_have_the_name_of_a_step() -> None:
    rule = load_rule(RULES / "warwick.yaml").rule
    by_hand = ByHand(frozenset(), frozenset())
    plan = compile_rule(rule, date(2026, 11, 20), number_roles((), rule), by_hand)
    own = {stage.key for stage in plan.stages if stage.part == "population" or stage.key == "in_work"}
    no_profiles = {"sex"}
    of_no_one_record = {
        "records",
        "one_person",
        "excluded_elsewhere",
        "in_earlier_list",
        "named_today",
        "waiting",
        "listed",
    }
    assert own == {*STAGES} - of_no_one_record - no_profiles


def test_a_wrong_answer_is_named(tmp_path: Path) -> None:
    text = (RULES / "instep.patients.yaml").read_text(encoding="utf-8")
    path = tmp_path / "instep.patients.yaml"
    path.write_text(text.replace("expect: listed", "expect: cancer", 1), encoding="utf-8")
    found = run_invented(check_rule(load_rule(RULES / "instep.yaml")), load_patients(path))
    assert [str(difference) for difference in found] == [
        "Meets every part: expected cancer, work none, found listed, work none"
    ]


def test_a_read_code_may_be_given_with_its_term(tmp_path: Path) -> None:
    """`A531.11`, post-herpetic neuralgia, is on the chronic-pain list; the code without that term is not."""
    text = (RULES / "instep.patients.yaml").read_text(encoding="utf-8")
    row = '{code: "82423001", date: 2025-03-01}'
    for code, differing in (("A531.11", []), ("A531.", ["Meets every part"])):
        path = tmp_path / "instep.patients.yaml"
        written = text.replace(row, f'{{code: "{code}", system: read2, date: 2025-03-01}}', 1)
        path.write_text(written, encoding="utf-8")
        assert written != text
        found = run_invented(check_rule(load_rule(RULES / "instep.yaml")), load_patients(path))
        assert [difference.patient for difference in found] == differing


def test_mistakes_in_the_file_have_their_place(tmp_path: Path) -> None:
    path = tmp_path / "x.patients.yaml"
    path.write_text("rule: x\nindex_date: 2026-11-20\npatients:\n  - {name: A, expect: listed, becaus: x}\n")
    with pytest.raises(RuleError) as caught:
        load_patients(path)
    assert "x.patients.yaml:4:31: the key 'becaus' is not known; did you mean 'because'?" in str(caught.value)
