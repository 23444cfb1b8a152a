"""The five studies' rules: what each shares with the others, and where each differs from them, as its paper does."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

from pipeline.dates import Duration
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.criteria import CertificatesCriterion, Counted
from pipeline.rules.example_patients import InventedPatient, InventedPatients, InventedRow, load_patients
from pipeline.rules.expression import AllOf, AnyOf
from pipeline.rules.load import load_rule
from pipeline.rules.model import InWork, Rule
from pipeline.rules.second_looks import assumed_without_reason
from pipeline.search.example_patients import run_invented

ROOT = Path(__file__).parents[2]
PROFILES = ("instep", "instep-wide", "warwick", "oslo", "solent")
EXCLUDED = ("cancer", "palliative_care", "opioid_substitution", "research_declined", "type_1_dissent")
EXCLUDED_BY = {  # the others leave out EXCLUDED
    "warwick": (*EXCLUDED, "retired"),
    "solent": ("palliative_care", "research_declined", "type_1_dissent"),
}
FLAGGED = {"dementia", "severe_mental_illness", "learning_disability", "safeguarding", "interpreter_needed"}
PAPER_OR_OWN = re.compile(r"00[0-4]|\bown\b|PMC\d+|20\d\d|Health Research Authority")
INDEX = date(2026, 11, 20)

CHRONIC_PAIN = InventedRow(code="82423001", date="2025-03-01")
OPIOIDS = tuple(InventedRow(code="MST", system="name", date=f"2026-0{month}-01") for month in (1, 2, 3, 4))
LONG_OFF = tuple(  # 84 days
    InventedRow(code="751481000000104", date=day) for day in ("2026-03-01", "2026-03-29", "2026-04-26")
)
NOTES = tuple(InventedRow(code="751481000000104", date=day) for day in ("2026-03-01", "2026-03-22"))  # 49 days
ON_SICK_LEAVE = InventedRow(code="224459001", date="2026-05-01")
REFERRED = InventedRow(code="306109009", date="2026-02-01")


def profile(name: str) -> CheckedRule:
    return check_rule(load_rule(Path(name)))


def rule_of(name: str) -> Rule:
    return profile(name).loaded.rule


@pytest.mark.parametrize("name", PROFILES)
def test_every_shipped_rule_says_why_it_assumes_a_length(name: str) -> None:
    assert list(assumed_without_reason(profile(name).loaded)) == []


def in_work_of(name: str) -> InWork:
    in_work = rule_of(name).in_work
    assert in_work is not None
    return in_work


def answers(events: Iterable[InventedRow], expected: Mapping[str, str], work: str = "none") -> list[str]:
    """What each rule makes of one person with long-term opioids and these events, where it is not what was expected."""
    rows, found = tuple(events), []
    for name, expect in expected.items():
        person = InventedPatient(
            name=name, expect=expect, because="differs", in_work=work, events=rows, prescriptions=OPIOIDS
        )
        invented = InventedPatients(rule=name, index_date=INDEX, patients=(person,))
        found += [str(difference) for difference in run_invented(profile(name), invented)]
    return found


def test_these_are_all_the_rules_shipped() -> None:
    shipped = {path.stem for path in (ROOT / "rules").glob("*.yaml") if not path.name.endswith(".patients.yaml")}
    assert shipped == set(PROFILES)
    assert all((ROOT / "rules" / f"{name}.patients.yaml").is_file() for name in PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_it_can_be_run_without_a_warning(name: str) -> None:
    checked = profile(name)
    assert checked.warnings == ()
    assert checked.loaded.rule.rule == name
    assert all(not codelist.warnings for codelist in checked.codelists.values())


@pytest.mark.parametrize("name", PROFILES)
def test_the_first_line_points_an_editor_at_the_schema(name: str) -> None:
    text = (ROOT / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=rule.schema.json\n")


@pytest.mark.parametrize("name", PROFILES)
def test_each_leaves_out_what_its_study_did_and_flags_the_same(name: str) -> None:
    """The exclusions in this order, because the first that holds is the reason given; warwick's in_work comes after.

    004 leaves retired people out. Solent Jobs had no exclusions, so only what protects a person from a letter is left.
    """
    rule = rule_of(name)
    assert rule.exclude == EXCLUDED_BY.get(name, EXCLUDED)
    shown = {"off_work", *(set(EXCLUDED) - set(rule.exclude))}
    assert set(rule.flag) - shown == FLAGGED
    assert set(EXCLUDED) <= {*rule.exclude, *rule.flag}


@pytest.mark.parametrize("name", PROFILES)
def test_every_criterion_names_its_source_and_every_proxy_its_weakness(name: str) -> None:
    for key, criterion in rule_of(name).criteria.items():
        assert criterion.source and PAPER_OR_OWN.search(criterion.source), key
        assert (criterion.mark == "proxy") == bool(criterion.because), key


@pytest.mark.parametrize("name", PROFILES)
def test_what_cannot_be_computed_is_asked_or_left_to_the_reviewer(name: str) -> None:
    rule = rule_of(name)
    assert "Wants to work" in rule.ask
    assert any(
        question.startswith(("Out of work", "On long-term sick leave, on a disability pension or out of work"))
        for question in rule.ask
    )
    assert any(question.startswith("In work") for question in rule.reviewer)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("instep", "at least 3 months"),
        ("instep-wide", "at least 3 months"),
        ("warwick", "at least 1 month, and not off sick from a job"),
        ("oslo", "now, and since when"),  # 003 sets no minimum
        ("solent", "at least 2 years"),
    ],
)
def test_how_long_out_of_work_is_asked_in_the_studys_own_terms(name: str, asked: str) -> None:
    assert asked in rule_of(name).ask[0]


def test_instep_is_the_rule_of_the_design_to_the_day() -> None:
    """DESIGN section 6; the referee of the synthetic data was written from the same sentence."""
    rule = rule_of("instep")
    age, registered = rule.population.age, rule.population.registered
    assert age is not None and (age.youngest, age.oldest) == (18, 64)
    assert (registered.type, registered.at_least) == ("regular", Duration.parse("3 months"))
    assert rule.include == AllOf(all=(AnyOf(any=("pain_core", "pain_persisted")), "pain_drugs", "off_work"))
    drugs, persisted, notes = (rule.criteria[key] for key in ("pain_drugs", "pain_persisted", "off_work"))
    assert isinstance(drugs, Counted) and (drugs.at_least, drugs.count) == (4, "dates")
    assert drugs.spread == Duration.parse("3 months")
    assert (drugs.selection.lists, drugs.selection.within) == (
        ("opioids", "gabapentinoids"),
        Duration.parse("12 months"),
    )
    assert isinstance(persisted, Counted) and persisted.persists == Duration.parse("3 months")
    assert isinstance(notes, CertificatesCriterion) and notes.certificates.roles == ("not_fit", "unspecified")
    assert [length.days for length in (notes.spell.gap, notes.spell.lasts, notes.spell.assume) if length] == [7, 42, 28]
    assert rule.ask == ("Out of work for at least 3 months", "Wants to work")


@pytest.mark.parametrize("name", PROFILES)
def test_sick_leave_is_out_of_work_in_oslo_alone(name: str) -> None:
    in_work = in_work_of(name)
    assert ("sick_leave" in in_work.out_of_work) == (name == "oslo")
    assert ("sick_leave" in in_work.in_work) == (name != "oslo")
    assert (in_work.action == "exclude") == (name == "warwick")


def test_warwicks_change_in_mid_study_is_a_dated_line() -> None:
    rule = rule_of("warwick")
    assert rule.version == 3 and [change.on for change in rule.changes] == [date(2026, 11, 21), date(2026, 11, 30)]
    assert "1 month" in rule.changes[0].what and "3" in rule.changes[0].what
    assert rule.population.age is not None and rule.population.age.oldest == 130  # adults, no upper age


@pytest.mark.parametrize("name", PROFILES)
def test_no_study_goes_under_anothers_registration_number(name: str) -> None:
    study = rule_of(name).study
    assert (study.isrctn == "ISRCTN30094062") == (study.name == "InSTEP")


def test_a_person_without_a_certificate_is_found_by_the_wide_rule_alone() -> None:
    assert answers([CHRONIC_PAIN], {"instep": "off_work", "instep-wide": "listed"}) == []
    assert answers([CHRONIC_PAIN, *NOTES], {"instep": "listed", "instep-wide": "listed"}) == []


def test_a_person_on_sick_leave_from_a_job_is_whom_the_papers_disagree_about() -> None:
    """004: off sick is not unemployed, so left out. 003: sick leave counts. InSTEP: shown as in work."""
    found = [CHRONIC_PAIN, REFERRED, ON_SICK_LEAVE]
    assert answers(found, {"instep-wide": "listed", "warwick": "in_work"}, "in_work") == []
    assert answers([*found, *LONG_OFF], {"oslo": "listed"}, "out_of_work") == []
    assert answers(found, {"oslo": "off work or recorded out of work"}, "out_of_work") == []  # need not be long
    assert answers(found, {"solent": "off work or recorded out of work"}, "in_work") == []


def test_a_person_never_referred_to_a_pain_service_is_not_oslos() -> None:
    assert answers([CHRONIC_PAIN, *LONG_OFF], {"oslo": "pain_service"}) == []
    assert answers([CHRONIC_PAIN, REFERRED, *LONG_OFF], {"oslo": "listed"}) == []
    assert answers([CHRONIC_PAIN, REFERRED, *NOTES], {"oslo": "off work or recorded out of work"}) == []  # 49 days


def test_a_retired_person_is_warwicks_no_longer() -> None:
    """004 leaves retired people out, however long ago it was recorded."""
    retired = InventedRow(code="105493001", date="2026-02-01")
    assert answers([CHRONIC_PAIN, retired], {"instep-wide": "listed", "warwick": "retired"}, "other") == []


def test_the_wide_rule_is_not_narrowed_by_two_conditions_that_are_not_one() -> None:
    """Back pain then and a knee now are not pain that lasted, in any profile that asks for it."""
    apart = [
        InventedRow(code=code, date=day) for code, day in (("279039007", "2025-01-01"), ("30989003", "2025-06-01"))
    ]
    again = [InventedRow(code="279039007", date=day) for day in ("2025-01-01", "2025-06-01")]
    assert (
        answers(apart, {"instep-wide": "pain core or pain persisted", "warwick": "pain core or pain persisted"}) == []
    )
    assert answers(again, {"instep-wide": "listed", "warwick": "listed"}) == []


def test_a_person_with_a_condition_that_does_not_hurt_is_solents_alone() -> None:
    diabetes = InventedRow(code="73211009", date="2012-05-01")
    person = InventedPatient(name="Has diabetes", expect="listed", because="any", events=(diabetes, *NOTES))
    invented = InventedPatients(rule="solent", index_date=INDEX, patients=(person,))
    assert run_invented(profile("solent"), invented) == []
    wrong = run_invented(profile("instep"), invented)
    assert [difference.found for difference in wrong] == ["pain core or pain persisted, work none"]


@pytest.mark.parametrize("name", PROFILES)
def test_the_invented_patients_show_every_exclusion_and_that_flags_decide_nothing(name: str) -> None:
    patients = load_patients(ROOT / "rules" / f"{name}.patients.yaml").patients
    assert {patient.expect for patient in patients} >= set(EXCLUDED_BY.get(name, EXCLUDED))
    assert {patient.in_work for patient in patients} >= {"none", "in_work", "out_of_work"}
    flagged = [patient for patient in patients if re.search(r"every (other )?flag", patient.name)]
    assert [patient.expect for patient in flagged] == ["listed"]


def test_the_manual_has_a_column_for_each_profile_and_its_example_can_be_run(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    assert "| clause | " + " | ".join(f"`{name}`" for name in PROFILES) + " |" in text
    path = tmp_path / "our-warwick.yaml"
    path.write_text(text.split("```yaml\n")[-1].split("```")[0], encoding="utf-8")
    checked = check_rule(load_rule(path))
    age = checked.loaded.rule.population.age
    assert age is not None and (age.youngest, age.oldest) == (18, 66) and checked.warnings == ()


def test_the_manuals_way_with_refusals_counts_those_of_this_study_and_of_none(tmp_path: Path) -> None:
    """A refusal of this study, or of one that is not named, for 24 months. Another study's does not count."""
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    path = tmp_path / "our-instep.yaml"
    head = "rule: our-instep\nversion: 1\ntitle: Ours\nextends: instep-wide\n"
    path.write_text(head + text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    refusals = {
        "of this study": ("2026-01-01", 12345, "research_declined"),
        "of no study named": ("2026-01-01", None, "research_declined"),
        "without a date": ("", 12345, "research_declined"),
        "of another study": ("2026-01-01", 67890, "listed"),
        "of this study, long ago": ("2023-01-01", 12345, "listed"),
    }
    people = tuple(
        InventedPatient(
            name=name,
            expect=expect,
            because="the site's decision",
            events=(CHRONIC_PAIN, InventedRow(code="1091881000000109", date=day, value=study)),
            prescriptions=OPIOIDS,
        )
        for name, (day, study, expect) in refusals.items()
    )
    invented = InventedPatients(rule="our-instep", index_date=INDEX, patients=people)
    assert run_invented(check_rule(load_rule(path)), invented) == []
