"""The same people must be found whichever supplier wrote the file; what a format cannot carry explains the rest.

One population, one seed, in every format, and each shipped rule put to each. EMIS's account, from which all that a
format declares it cannot say has been taken away, must lead to just the people whom that format's own files lead to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import pytest

from pipeline.extracts.gaps import Topic
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from synthetic_data.population import rates
from tests.effort import longer, much, some
from tests.formats.blind import BLINDERS, absent, find_without, unsure
from tests.formats.population import LINKS, Person, Told, find, told, undone, write

pytestmark = longer

FULL = "emis"
OTHERS = tuple(format for format in LINKS if format != FULL)
RULES = ("instep", "instep-wide", "oslo", "solent", "warwick")
PATIENTS = much(1200, 3000)
SEEDS = some(range(2, 42), 1)

# A rule of what every format carries, whatever it lacks: codes, days, products, courses of time; nothing of age.
COMMON = """
rule: common
version: 1
title: What every format carries
study: {name: Formats}
population:
  registered: {type: regular, for: 3 months}
criteria:
  pain:
    events: {codelist: chronic-pain, within: 5 years}
  again:
    events: {codelist: chronic-pain, within: 10 years}
    persists: 3 months
  drugs:
    prescriptions: {codelists: [opioids, gabapentinoids], within: 12 months}
    at_least: 2
  off_work:
    certificates: {roles: [not_fit, unspecified], within: 24 months}
    spell: {gap: 7 days, lasts: 42 days, assume: 28 days}
  cancer:
    events: {codelist: cancer}
  dissent:
    latest: {codelist: type-1-dissent, roles: [dissent]}
include: {count_of: {n: 2, of: [pain, again, drugs, off_work]}}
exclude: [cancer, dissent]
"""
# What some format cannot carry and this rule would meet: rows that are confidential, vague, undated or typed in late,
# people in two practices, test patients and other than regular ones.
UNCARRIED = (
    "CONFIDENTIAL_ROW", "MONTH_ONLY", "YEAR_ONLY", "UNKNOWN_DATE", "ENTERED_AFTER_EXTRACT", "HARD_CASE",
    "HARD_CASE_MOVED", "MOVED", "TEST_PATIENT", "NO_BIRTH_DATE", "SEX_NOT_KNOWN", "LEAVING_SOON",
)  # fmt: skip


def shipped(name: str) -> CheckedRule:
    return check_rule(load_rule(Path("rules") / f"{name}.yaml"))


@pytest.fixture(scope="module", params=SEEDS)
def population(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    folder = tmp_path_factory.mktemp("population")
    with ExitStack() as stack:
        yield {
            format: stack.enter_context(told(write(folder, format, request.param, PATIENTS), format))
            for format in LINKS
        }


@pytest.mark.parametrize(("rule", "format"), some(product(RULES, OTHERS), 8))  # each rule and each format at least once
def test_every_difference_is_a_declared_gap(population: dict[str, Told], rule: str, format: str) -> None:
    full, other, checked = population[FULL], population[format], shipped(rule)
    with undone(other):
        found = find(other, checked)
    declared = {gap.topic for gap in other.extract.gaps}
    left = found ^ find_without(full, declared & {*BLINDERS}, other, checked)
    assert left <= _excused(full, other, declared, checked)


def _excused(full: Told, other: Told, declared: set[Topic], checked: CheckedRule) -> set[Person]:
    """Those whose rows of this rule have dates that the format cannot say, and whom it says it leaves out."""
    vague = unsure(full, checked) if Topic.PRECISION in declared else set()
    leaves_out = any(reason.startswith("patients:") and "left out" in reason for reason in other.extract.left_out)
    return vague | (absent(full, other) if leaves_out else set())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rule_of_what_all_carry_finds_the_same_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for rate in UNCARRIED:
        monkeypatch.setattr(rates, rate, 0)
    monkeypatch.setattr(rates, "PATIENT_TYPES", (("Regular", 1.0),))
    rule = tmp_path / "common.yaml"
    rule.write_text(COMMON)
    found: dict[str, set[Person]] = {}
    for format in LINKS:
        with told(write(tmp_path, format, seed, PATIENTS), format) as one:
            found[format] = find(one, check_rule(load_rule(rule)))
    assert {format: people ^ found[FULL] for format, people in found.items()} == {format: set() for format in LINKS}
    assert len(found[FULL]) > PATIENTS / 40
