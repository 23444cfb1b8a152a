"""`casefinder rule`: everything about one rule file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import typer

from cli.options import AsOf, CodeLists, RuleFile, as_date
from pipeline.errors import RuleTestError
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.describe import rule as plain_english
from pipeline.rules.load import read_rule
from pipeline.rules.schema import rule_schema
from pipeline.rules.second_looks import assumed_without_reason
from pipeline.search.compile import compile_rule
from pipeline.search.example_patients import first_difference, load_beside, patients_path, run_invented, say_dependent
from pipeline.search.input_tables import number_roles
from pipeline.search.plan_text import say_plan

app = typer.Typer(no_args_is_help=True, help="Check, describe and test a rule, or print its SQL.")


@app.callback()
def group() -> None:
    """Check, describe and test a rule, or print its SQL."""


@app.command()
def check(file: RuleFile, codelists: CodeLists = None) -> None:
    """Check a rule and its code lists. Shows every problem at once, and where it is."""
    checked = _checked(file, codelists)
    for warning in assumed_without_reason(checked.loaded):
        typer.echo(f"Warning: {warning}", err=True)
    rule = checked.loaded.rule
    typer.echo(f"No errors in {file.name}: rule {rule.rule}, version {rule.version}, with {_say_lists(checked)}.")


@app.command()
def describe(file: RuleFile, codelists: CodeLists = None, as_of: AsOf = None) -> None:
    """Describe a rule in plain English, for the person who must sign it: its criteria, defaults and code lists."""
    checked = _checked(file, codelists)
    for line in (*plain_english.describe(checked, as_date(as_of)), *say_dependent(checked)):
        typer.echo(line)


@app.command()
def sql(file: RuleFile, codelists: CodeLists = None, as_of: AsOf = None) -> None:
    """Print the SQL of a search by this rule, step by step. The index date is today, unless you give --as-of."""
    checked = _checked(file, codelists)
    rule, index = checked.loaded.rule, as_date(as_of) or date.today()
    plan = compile_rule(rule, index, number_roles((), rule))
    for line in say_plan(plan, checked.codelists):
        typer.echo(line)


@app.command()
def schema() -> None:
    """Print the JSON Schema for rules, so that your editor can complete and check the YAML."""
    typer.echo(rule_schema(), nl=False)


@app.command()
def test(file: RuleFile, codelists: CodeLists = None) -> None:
    """Test a rule on its invented patients (in <rule>.patients.yaml). Shows the first wrong answer."""
    checked = _checked(file, codelists)
    invented = load_beside(checked)
    differences = run_invented(checked, invented)
    name, everyone = patients_path(checked).name, len(invented.patients)
    typer.echo(f"{name}: {everyone - len(differences)} of {everyone} invented patients get the expected answer.")
    if differences:
        raise RuleTestError(first_difference(checked, differences))


def _say_lists(checked: CheckedRule) -> str:
    return "1 code list" if len(checked.codelists) == 1 else f"{len(checked.codelists)} code lists"


def _checked(file: Path, codelists: Path | None) -> CheckedRule:
    """A rule that can be run; its warnings are shown on the way."""
    checked = check_rule(read_rule(file), codelists)
    for warning in checked.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    return checked
