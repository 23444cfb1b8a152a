"""Exit codes, help, silence when piped, and nothing about a patient in any message."""

import re
import shutil
from pathlib import Path

import pytest

from cli.main import _our_bug
from tests.functional.commands import casefinder, casefinder_apart
from tests.functional.conftest import RULE

NHS_NUMBER = "9990000018"


def test_help_names_every_command() -> None:
    told = casefinder_apart("--help")
    assert told.returncode == 0
    assert all(f"  {name} " in told.stdout for name in ("search", "explain", "synth", "rule", "codelist"))


@pytest.mark.parametrize("command", [("search",), ("explain",), ("synth",), ("rule", "check"), ("codelist", "lint")])
def test_every_command_has_help_and_refuses_what_it_does_not_know(command: tuple[str, ...]) -> None:
    assert casefinder(*command, "--help").returncode == 0
    assert casefinder(*command, "--no-such-option").returncode == 2


def test_nothing_on_stderr_when_piped_but_what_must_be_said(small: Path, tmp_path: Path) -> None:
    done = casefinder_apart("search", "--extract", small, "--rule", RULE, "--out", tmp_path / "run")
    assert all(line.startswith("Warning: ") for line in done.stderr.splitlines())
    assert "invitation-list.xlsx" in done.stdout and "Remaining" in done.stdout


def test_a_run_is_never_written_over(extract: Path, run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    done = casefinder("search", "--extract", extract, "--rule", RULE, "--out", run)
    assert done.returncode == 14 and "hold a reviewer's decisions" in done.stderr
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_bad_rule_is_10_and_writes_nothing(small: Path, tmp_path: Path) -> None:
    rule = tmp_path / "bad.yaml"
    rule.write_text(RULE.read_text(encoding="utf-8").replace("within", "withn"), encoding="utf-8")
    done = casefinder_apart("search", "--extract", small, "--rule", rule, "--out", tmp_path / "run")
    assert done.returncode == 10 and "bad.yaml:" in done.stderr and "did you mean 'within'" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml"]
    assert casefinder("rule", "check", rule).returncode == 10
    assert casefinder("rule", "check", RULE).returncode == 0


def test_a_missing_file_is_11_and_leaves_nothing_behind(small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "extract"
    shutil.copytree(small, broken, ignore=shutil.ignore_patterns("*IssueRecord*"))
    done = casefinder("search", "--extract", broken, "--rule", RULE, "--out", tmp_path / "run")
    assert done.returncode == 11 and "IssueRecord" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extract", "run.quality.html", "run.quality.json"]


def test_a_code_list_that_cannot_be_used_is_10(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("code,system,term\n1234567,snomed,Nothing\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("title: Mine\nversion: '1'\n", encoding="utf-8")
    done = casefinder("codelist", "lint", tmp_path / "mine.csv")
    assert done.returncode == 10 and "mine.csv:2" in done.stdout
    good = casefinder("codelist", "lint", *sorted(RULE.parents[1].glob("codelists/*.csv")))
    assert good.returncode == 0, good.stdout


def test_a_code_list_is_shown_by_name_or_by_file() -> None:
    shown = casefinder("codelist", "show", "palliative")
    by_file = casefinder("codelist", "show", RULE.parents[1] / "codelists" / "palliative.csv")
    assert (shown.returncode, shown.stdout) == (0, by_file.stdout)
    assert "  read2   8CM1. On gold standards palliative care framework (palliative)" in shown.stdout


def test_explain_for_nobody_and_for_no_run_is_2(run: Path, tmp_path: Path) -> None:
    for folder in (run, tmp_path):
        done = casefinder("explain", "--run", folder, "--patient", NHS_NUMBER[:3], NHS_NUMBER[3:6], NHS_NUMBER[6:])
        assert done.returncode == 2
        assert not re.search(r"\d{3,}", done.stderr.replace(str(folder), ""))


def test_explain_takes_a_number_with_its_spaces(extract: Path, run: Path) -> None:
    number = next(
        line.split(",")[1]
        for path in run.glob("lists/*/invitation-list.csv")
        for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]
        if line.split(",")[1]
    )
    told = casefinder("explain", "--run", run, "--patient", number[:3], number[3:6], number[6:])
    assert told.returncode == 0 and "Listed: every step is met" in told.stdout


def test_our_own_bugs_are_told_without_what_was_being_read() -> None:
    """Other libraries quote values in their errors, so only the kind of error and its place are shown."""
    try:
        int(f"{NHS_NUMBER}x")
    except ValueError as error:
        told = _our_bug(error)
    assert "ValueError at test_commands.py:" in told
    assert NHS_NUMBER not in told


def test_no_identifier_of_the_extract_is_in_any_message(small: Path, tmp_path: Path) -> None:
    """A planted person, on lines broken in several ways: a cut line, an open quote, a wrong date, a missing column."""
    secret = "Zzyzxsecret"
    patients = next(small.glob("*Admin_Patient*"))
    header, first, *rest = patients.read_text(encoding="utf-8").splitlines()
    planted = re.sub(r"9\d{9}", NHS_NUMBER, first)
    breakages = {
        "cut": [header, f"{planted[:60]}{secret}", *rest],
        "quote": [header, f'"{secret} {NHS_NUMBER}', *rest],
        "empty": [],
        "header": [header.replace("PatientGuid", secret), planted, *rest],
    }
    for name, lines in breakages.items():
        folder = tmp_path / name
        folder.mkdir()
        for file in small.iterdir():
            if file != patients:
                (folder / file.name).hardlink_to(file)
        (folder / patients.name).write_text("\r\n".join(lines), encoding="utf-8")
        done = casefinder("search", "--extract", folder, "--rule", RULE, "--out", tmp_path / f"{name}-run")
        written = [path.read_text(encoding="utf-8") for path in tmp_path.glob(f"{name}-run/*.csv")]
        manifest = [path.read_text(encoding="utf-8") for path in tmp_path.glob(f"{name}-run/*.json")]
        said = "\n".join([done.stdout, done.stderr, *written, *manifest])
        assert done.returncode in (0, 11), said
        assert secret not in said and NHS_NUMBER not in said
