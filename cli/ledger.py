"""`casefinder ledger`: who was listed and written to, proof that it was not altered, and forgetting in time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import LedgerError, UsageError
from pipeline.ledger.accept import accept_head
from pipeline.ledger.counts import Counts, describe_study, list_studies
from pipeline.ledger.head import Head, parse_head
from pipeline.ledger.open import open_existing
from pipeline.ledger.purge import count_purge, purge
from pipeline.ledger.verify import verify_ledger

app = typer.Typer(
    help="Look at the ledger, prove that it was not altered, forget people in time.", no_args_is_help=True
)

LedgerFile = Annotated[Path, typer.Argument(metavar="LEDGER", help="The ledger's file.")]
Key = Annotated[Path | None, typer.Option("--key", metavar="KEYFILE", help="The ledger's key, if not beside it.")]
Who = Annotated[str, typer.Option(metavar="NAME", help="Who does this: a name, initials or a role. It is recorded.")]


@app.command()
def verify(
    ledger: LedgerFile,
    head: Annotated[str, typer.Option(metavar="HEAD", help="A head printed earlier and kept elsewhere.")] = "",
) -> None:
    """Work the whole chain out again and compare it with the head outside. Changes nothing."""
    found = verify_ledger(ledger, parse_head(head) if head else None)
    typer.echo(f"The ledger {ledger} is as it was recorded: {found.head.seq:,} rows, head {found.head}")
    if found.newer:
        typer.echo(f"{found.newer:,} rows are newer than the head outside: its writer was stopped, or is writing now.")
    if found.backdated:
        typer.echo(
            f"{found.backdated:,} rows are dated before an earlier row: a clock was set back, or days were given."
        )


@app.command("head")
def print_head(
    ledger: LedgerFile,
    accept: Annotated[
        bool, typer.Option("--accept", help="Go on with a ledger that its head does not fit. This is recorded.")
    ] = False,
    by: Who = "",
    key: Key = None,
) -> None:
    """Print the head: write it down elsewhere, and 'verify --head' proves that nothing before it was altered."""
    if accept:
        if not by:
            raise UsageError("Say who accepts it: --by NAME.")
        with open_existing(ledger, _today(), key) as opened:
            accept_head(opened, _today(), by)
    typer.echo(str(_verified_head(ledger)))


def _verified_head(ledger: Path) -> Head:
    """A head that is printed is believed, so it must be worth it."""
    return verify_ledger(ledger).head


@app.command()
def info(ledger: LedgerFile, key: Key = None) -> None:
    """How many people are in each state, by study."""
    with open_existing(ledger, _today(), key) as opened:
        for study in list_studies(opened):
            found = describe_study(opened, study)
            typer.echo(f"{study}: {found.people:,} people, of whom {found.erased:,} are erased; {found.runs:,} runs")
            _say_counts(found.counts)
            if found.posted_in_error:
                typer.echo(f"  letters posted in error: {found.posted_in_error:,}")


def _say_counts(counts: Counts) -> None:
    for (state, reason), people in counts.items():
        typer.echo(f"  {state}{f' ({reason})' if reason else ''}: {people:,}")


@app.command("purge")
def purge_study(
    ledger: LedgerFile,
    study: Annotated[str, typer.Option(metavar="STUDY", help="The study's name.")],
    before: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Forget whom nothing concerned since this day."),
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="The study is over: forget everybody in it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: Who = "",
    key: Key = None,
) -> None:
    """Erase who people were. What was done stays and still verifies; who may not be written to stays barred."""
    if (before is None) != ended:
        raise UsageError("Say whom to forget: --before YYYY-MM-DD, or --ended for everybody in the study.")
    limit = before.date() if before else None
    with open_existing(ledger, _today(), key) as opened:
        if study not in list_studies(opened):
            raise LedgerError("The ledger knows no such study. 'casefinder ledger info' names those it knows.")
        planned = count_purge(opened, study, limit)
        if not yes:
            typer.confirm(
                f"Erase for ever who {planned.people:,} people were, {planned.marked:,} still barred?", abort=True
            )
        found = purge(opened, study, limit, _today(), by)
    typer.echo(f"Erased who {found.people:,} people were; {found.marked:,} of them may never be written to again.")
    typer.echo("Copies and backups of the ledger still hold them: they must go too.")


def _today() -> date:
    return date.today()
