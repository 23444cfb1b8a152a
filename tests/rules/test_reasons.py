"""A rule's own reasons to reject: no reason that the study does not have, and those that every study has."""

from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule, read_rule
from pipeline.vocabulary import FINAL_REJECTIONS, REJECTION_REASONS

RULE = """\
rule: own
version: 1
title: A study's own rule
study: {name: Own}
population: {}
criteria:
  cancer: {events: {codelist: cancer}}
include: cancer
"""
ALWAYS = ", ".join(FINAL_REJECTIONS)


def reasons(folder: Path, said: str) -> tuple[str, ...]:
    (folder / "own.yaml").write_text(RULE + said, encoding="utf-8")
    return load_rule(folder / "own.yaml").rule.reasons


def test_without_reasons_the_usual_ones_hold(tmp_path: Path) -> None:
    assert reasons(tmp_path, "") == REJECTION_REASONS
    assert reasons(tmp_path, f"reasons: [lives abroad, {ALWAYS}]\n") == ("lives abroad", *FINAL_REJECTIONS)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[in work]", "add to 'reasons': said no to research, died or moved away, already in the study"),
        ("[]", "add to 'reasons'"),
        (f"[in work, in work, {ALWAYS}]", "in work is in 'reasons' more than once"),
        (f"['=1+1', {ALWAYS}]", "reasons"),
        (f"['in work ', {ALWAYS}]", "reasons"),
        (f"[{'x' * 41}, {ALWAYS}]", "reasons"),
    ],
)
def test_reasons_that_would_not_do_are_refused(tmp_path: Path, said: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        reasons(tmp_path, f"reasons: {said}\n")


def test_shipped_rules_have_no_reason_of_another_study() -> None:
    of = {name: set(load_rule(Path(name)).rule.reasons) for name in ("instep", "warwick", "oslo", "solent")}
    assert [name for name, said in of.items() if "legal claim under way" in said] == ["warwick"]
    assert "off sick from a job" not in of["oslo"]  # it counts as out of work there
    assert "cancer-related pain" not in of["solent"]  # any long-term condition counts
    assert load_rule(Path("instep-wide")).rule.reasons == load_rule(Path("instep")).rule.reasons


def test_bad_reasons_hide_no_other_mistake(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(RULE.replace("include: cancer", "include: cancr") + "reasons: [in work]\n")
    with pytest.raises(RuleError) as refused:
        check_rule(read_rule(tmp_path / "own.yaml"))
    assert "add to 'reasons'" in str(refused.value) and "cancr" in str(refused.value)
