"""`casefinder rule describe`, `schema` and `test`: what they print, and the code they leave with."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.functional.commands import COMMAND, casefinder

RULES = Path(__file__).parents[2] / "rules"
RULE = """\
rule: small
version: 1
title: A small rule
study: {name: Small}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain, within: 12 months}}
include: pain
"""
PATIENTS = """\
rule: small
index_date: 2026-11-20
patients:
  - {name: Has pain, expect: listed, because: "2 days ago", events: [{code: "82423001", date: 2026-11-18}]}
  - {name: Has died, expect: alive, because: "the day before", died: 2026-11-19}
  - {name: Had pain, expect: pain, because: "too long ago", events: [{code: "82423001", date: 2025-11-19}]}
"""


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(RULE, encoding="utf-8")
    return path


def write_patients(rule: Path, text: str) -> None:
    rule.with_name("small.patients.yaml").write_text(text, encoding="utf-8")


def test_describe_says_windows_with_their_days_when_it_is_given_one(rule: Path) -> None:
    relative = casefinder("rule", "describe", rule)
    assert (
        relative.returncode == 0
        and relative.stderr == ""
        and relative.stdout.startswith("A small rule\n  Rule small, version 1")
    )
    assert "in the 12 months up to the index date." in " ".join(relative.stdout.split())
    dated = casefinder("rule", "describe", rule, "--as-of", "2026-11-20")
    assert "(20 November 2025 to 20 November 2026)" in " ".join(dated.stdout.split())
    assert casefinder("rule", "describe", rule, "--as-of", "20/11/2026").returncode == 2


def test_a_console_without_a_sign_shows_another_in_its_place(rule: Path) -> None:
    rule.write_text(RULE.replace("A small rule", "Pain ≥ 3 months, Siân"), encoding="utf-8")
    words = [str(COMMAND), "rule", "describe", str(rule)]
    done = subprocess.run(words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("cp1252").startswith("Pain ? 3 months, Siân")


def test_describe_of_a_rule_that_cannot_be_run_is_10(rule: Path) -> None:
    rule.write_text(RULE.replace("within", "withn"), encoding="utf-8")
    done = casefinder("rule", "describe", rule)
    assert (done.returncode, done.stdout) == (10, "") and "did you mean 'within'" in done.stderr


def test_describe_knows_shipped_rules_by_name() -> None:
    assert "Rule instep, version" in casefinder("rule", "describe", "instep").stdout


def test_schema_is_the_file_beside_the_rules() -> None:
    done = casefinder("rule", "schema")
    assert done.returncode == 0 and done.stdout == (RULES / "rule.schema.json").read_text(encoding="utf-8")
    assert json.loads(done.stdout)["title"] == "A Casefinder rule"


def test_patients_who_all_agree_are_0(rule: Path) -> None:
    write_patients(rule, PATIENTS)
    done = casefinder("rule", "test", rule)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "small.patients.yaml: 3 of 3 invented patients get the expected answer.\n"


def test_the_first_difference_is_named_and_the_others_counted(rule: Path) -> None:
    # A window of 1 day loses the pain of 2 days ago: somebody expected on the list is stopped by `pain`.
    rule.write_text(RULE.replace("12 months", "1 day"), encoding="utf-8")
    write_patients(rule, PATIENTS)
    done = casefinder("rule", "test", rule)
    assert done.returncode == 16
    assert done.stdout == "small.patients.yaml: 2 of 3 invented patients get the expected answer.\n"
    assert done.stderr.splitlines() == [
        "small.patients.yaml: the rule does not give the expected answer for 'Has pain'.",
        "Expected: listed, work none",
        "Found: pain, work none",
        "Because: 2 days ago",
    ]
    write_patients(rule, PATIENTS.replace("expect: alive", "expect: listed"))
    assert casefinder("rule", "test", rule).stderr.splitlines()[-1] == "Other wrong answers: 1."


def test_a_rule_without_patients_says_where_to_write_them(rule: Path) -> None:
    done = casefinder("rule", "test", rule)
    assert done.returncode == 10 and f"{rule.with_name('small.patients.yaml')}: there is no such file" in done.stderr
    example = done.stderr[done.stderr.index("rule: small") :]
    write_patients(rule, example)
    # The example it shows is itself a patients file, right for a rule about pain.
    assert casefinder("rule", "test", rule).stdout == (
        "small.patients.yaml: 2 of 2 invented patients get the expected answer.\n"
    )


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("because", "becaus", "small.patients.yaml:4:38: the key 'becaus' is not known; did you mean 'because'?"),
        ("rule: small", "rule: other", "these patients were made for the rule 'other', not for 'small'"),
        ("expect: pain", "expect: pian", "'Had pain': the answer 'pian' is not known; did you mean 'pain'?"),
        ("2025-11-19}", "2025-11-31}", "'2025-11-31' is not a day in the calendar"),
        ("expect: pain,", "expect: pain, in_work: yes_please,", "the work 'yes_please' is not known"),
    ],
)
def test_a_patients_file_that_is_wrong_is_10(rule: Path, old: str, new: str, words: str) -> None:
    write_patients(rule, PATIENTS.replace(old, new))
    done = casefinder("rule", "test", rule)
    assert (done.returncode, done.stdout) == (10, "") and words in done.stderr


def test_sql_prints_every_step_of_a_search_with_what_it_holds(rule: Path) -> None:
    done = casefinder("rule", "sql", rule, "--as-of", "2026-11-20")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "-- Rule small, version 1: A small rule"
    assert all(len(line) <= 88 for line in lines if line.startswith("--"))
    made = [line.split()[2] for line in lines if line.startswith("CREATE TABLE")]
    assert made[:4] == ["small__person", "small__hits", "small__pain_rows", "small__pain_people"]
    assert "-- Reads small__pain_rows." in lines
    assert lines[lines.index("CREATE TABLE small__pain_people AS") + 1] == "SELECT person_row"


def test_sql_of_a_rule_that_cannot_be_run_is_refused(rule: Path) -> None:
    rule.write_text(RULE.replace("codelist: chronic-pain", "codelist: chronic-pian"), encoding="utf-8")
    done = casefinder("rule", "sql", rule)
    assert (done.returncode, done.stdout) == (10, "")


@pytest.mark.parametrize("command", ["describe", "sql"])
@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "1900-01-01", "9999-12-31"])
def test_a_day_that_no_extract_can_be_of_is_a_mistake_in_the_command(command: str, day: str) -> None:
    done = casefinder("rule", command, "instep", "--as-of", day)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No extract can have that date" in done.stderr
