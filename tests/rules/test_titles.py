"""What a list calls a criterion: the rule's words, or a short form of its code lists' titles; never our own names."""

from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.inheritance import shipped_folder
from pipeline.rules.load import load_rule
from pipeline.rules.titles import title_of, titles_of

RULE = """\
rule: own
version: 1
title: A study's own rule
study: {name: Own}
population: {}
criteria:
  asked: %s
include: asked
"""
SHIPPED = sorted(path.stem for path in shipped_folder().glob("*.yaml") if "." not in path.stem)


@pytest.mark.parametrize(
    ("criterion", "title"),
    [
        ("{events: {codelist: cancer}}", "Cancer"),  # Cancer (malignant disease)
        ("{events: {codelist: chronic-pain}, says: Long pain}", "Long pain"),
        (
            "{prescriptions: {codelists: [opioids, gabapentinoids]}}",
            "Opioid analgesics or gabapentin and pregabalin",
        ),
        (
            "{latest: {codelist: employment, roles: [unemployed, not_in_labour_force]}}",
            "Employment status (unemployed or not in labour force)",
        ),
        (
            "{certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 42 days, assume: 28 days}}",
            "Fit notes and other sickness certificates",
        ),
    ],
)
def test_a_study_s_own_rule_reads_well_without_work(tmp_path: Path, criterion: str, title: str) -> None:
    (tmp_path / "own.yaml").write_text(RULE % criterion, encoding="utf-8")
    checked = check_rule(load_rule(tmp_path / "own.yaml"))
    assert title_of(checked.loaded.rule.criteria["asked"], checked.codelists) == title


@pytest.mark.parametrize("rule", SHIPPED)
def test_no_shipped_rule_shows_a_name_of_its_own(rule: str) -> None:
    checked = check_rule(load_rule(Path(rule)))
    titles = titles_of(checked.loaded.rule, checked.codelists)
    assert titles.keys() == checked.loaded.rule.criteria.keys()
    assert not [title for title in titles.values() if "_" in title or ":" in title or len(title) > 60]
    assert titles["pain_core"] == titles["pain_persisted"] == "Pain" and titles["pain_drugs"] == "Pain medicines"
    assert titles["off_work"] == "Signed off work"


@pytest.mark.parametrize("words", ["", "=SUM(A1)", " Pain", "Pain: ", "two\\nlines", "x" * 61])
def test_words_that_would_not_read_as_a_title_are_refused(tmp_path: Path, words: str) -> None:
    asked = f'{{events: {{codelist: cancer}}, says: "{words}"}}'
    (tmp_path / "own.yaml").write_text(RULE % asked, encoding="utf-8")
    with pytest.raises(RuleError):
        load_rule(tmp_path / "own.yaml")
