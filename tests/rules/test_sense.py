"""Rules that make no sense are refused where they say so; those at the very edge of sense are not."""

from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.load import read_rule

RULE = """\
rule: trial
version: 1
title: A trial
study: {name: Trial}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  asked: %s
  other: {events: {codelist: dementia}}
  newest: {latest: {codelist: employment, roles: [employed]}}
include: {all: [pain, asked, other, newest]}
"""
PAIN = "codelist: chronic-pain"


def refusals(folder: Path, criterion: str, rule: str = RULE) -> list[str]:
    path = folder / "trial.yaml"
    path.write_text(rule % criterion, encoding="utf-8")
    try:
        check_rule(read_rule(path))
    except RuleError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(
    "criterion",
    [
        f"{{events: {{{PAIN}, between: {{from: 3 months, to: 3 months}}}}}}",
        f"{{events: {{{PAIN}, between: {{from: 30 days, to: 30 days}}}}}}",
        f"{{events: {{{PAIN}, between: {{from: 2026-01-01, to: 2026-01-01}}}}}}",
        f"{{events: {{{PAIN}, between: {{from: 2026-01-01, to: 3 months}}}}}}",  # depends on the index date
        f"{{events: {{{PAIN}, within: 30 days, before: 30 days}}}}",  # the one day
        f"{{events: {{{PAIN}, within: 30 days}}, persists: 30 days}}",  # the first and the last day
        f"{{events: {{{PAIN}, within: 10 days}}, at_least: 11}}",  # every day of it, both ends in
        f"{{events: {{{PAIN}, within: 10 days}}, at_least: 12, count: rows}}",
        f"{{events: {{{PAIN}}}, after: {{criterion: other, within: 1 month}}}}",
    ],
)
def test_what_some_record_can_meet_is_allowed(tmp_path: Path, criterion: str) -> None:
    assert refusals(tmp_path, criterion) == []


BACKWARDS = "'from' is after 'to', so no entry would ever match"
UNKNOWN = "the criterion 'othr' is not known"
NO_DATE = "cannot give a date: name a criterion of events or prescriptions without 'after'"


@pytest.mark.parametrize(
    "criterion, said",
    [
        (f"{{events: {{{PAIN}, between: {{from: 3 months, to: 12 months}}}}}}", f"8:53: {BACKWARDS}"),
        (f"{{events: {{{PAIN}, between: {{from: 2026-02-01, to: 2026-01-01}}}}}}", f"8:53: {BACKWARDS}"),
        (f"{{events: {{{PAIN}, within: 10 days}}, at_least: 12}}", "8:72: there are not 12 dates within 10 days"),
        (f"{{events: {{{PAIN}}}, after: {{criterion: asked, within: 1 month}}}}", f"8:64: 'asked' {NO_DATE}"),
        (f"{{events: {{{PAIN}}}, after: {{criterion: newest, within: 1 month}}}}", f"8:64: 'newest' {NO_DATE}"),
        (f"{{events: {{{PAIN}}}, after: {{criterion: othr, within: 1 month}}}}", f"8:64: {UNKNOWN}"),
    ],
)  # fmt: skip
def test_what_no_record_can_meet_is_refused(tmp_path: Path, criterion: str, said: str) -> None:
    found = refusals(tmp_path, criterion)
    assert len(found) == 1 and found[0].startswith(f"trial.yaml:{said}")


def test_an_anchor_that_waits_for_another_is_refused(tmp_path: Path) -> None:
    rule = RULE.replace("{codelist: dementia}}", "{codelist: dementia}, after: {criterion: pain, within: 1 year}}")
    assert (
        NO_DATE in refusals(tmp_path, f"{{events: {{{PAIN}}}, after: {{criterion: other, within: 1 month}}}}", rule)[0]
    )


def test_few_rows_are_no_reason_to_list_somebody_without_any(tmp_path: Path) -> None:
    rule = RULE.replace("include: {all: [pain, asked, other, newest]}", "include: asked")
    [said] = refusals(tmp_path, f"{{events: {{{PAIN}}}, at_most: 3}}", rule)
    place, message = said.split(": ", 1)
    assert place == "trial.yaml:11:10"
    assert message == "this would list people with an empty record: ask for at least one thing that must be in it"


def test_trees_that_never_and_always_hold_are_named_at_their_place(tmp_path: Path) -> None:
    plain = f"{{events: {{{PAIN}}}}}"
    never = RULE + "exclude: [{all: [pain, {not: pain}]}]\n"
    assert refusals(tmp_path, plain, never) == ["trial.yaml:12:11: this can never be met, whatever a record says"]
    always = RULE + "exclude: [{any: [pain, {not: pain}]}]\n"
    assert refusals(tmp_path, plain, always) == ["trial.yaml:12:11: this is always met, so no one would be listed"]
    flagged = refusals(tmp_path, plain, RULE + "flag: [pain, pian]\n")
    assert len(flagged) == 1 and flagged[0].startswith("trial.yaml:12:14: the criterion 'pian' is not known")


@pytest.mark.parametrize("names, refused", [(12, True), (13, False)])
def test_a_tree_of_many_names_is_not_tried_out(tmp_path: Path, names: int, refused: bool) -> None:
    """12 names are 4,096 combinations; more would take long, so such a tree is believed."""
    more = "".join(f"  c{n}: {{events: {{{PAIN}}}}}\n" for n in range(1, names))
    used = ", ".join(["pain", *(f"c{n}" for n in range(1, names))])
    rule = RULE.replace("include:", more + "include:") + f"exclude: [{{all: [{used}, {{not: pain}}]}}]\n"
    assert bool(refusals(tmp_path, f"{{events: {{{PAIN}}}}}", rule)) == refused
