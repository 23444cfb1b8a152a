"""`casefinder ledger`: look at the ledger, prove that it has not been altered, and erase people when it is time."""

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
    help="Look at the ledger, prove that it has not been altered, and erase people when it is time.",
    epilog="Exit codes: 13 another program is writing; 14 it cannot be read or written here; 15 it was altered; "
    "18 it is missing, empty or another one, or refuses what was asked.",
    no_args_is_help=True,
)

LedgerFile = Annotated[Path, typer.Argument(metavar="LEDGER", help="The ledger file.")]
Key = Annotated[
    Path | None, typer.Option("--key", metavar="KEYFILE", help="The ledger's key file, if it is not beside the ledger.")
]
Who = Annotated[
    str, typer.Option(metavar="NAME", help="Who is doing this: a name, initials or a role. This is recorded.")
]


@app.command()
def verify(
    ledger: LedgerFile,
    head: Annotated[
        str, typer.Option(metavar="HEAD", help="A head that 'ledger head' printed earlier, and you kept elsewhere.")
    ] = "",
    key: Key = None,
) -> None:
    """Check that nothing in the ledger has been altered. This changes nothing."""
    found = verify_ledger(ledger, parse_head(head) if head else None, key)
    typer.echo(f"The ledger {ledger} has not been altered: {found.head.seq:,} rows, head {found.head}")
    if found.newer:
        typer.echo(
            f"Rows newer than the head file: {found.newer:,}. A program was stopped while writing, or is writing now."
        )
    if found.backdated:
        typer.echo(
            f"Rows dated before an earlier row: {found.backdated:,}. A clock was wrong, or a past day was entered."
        )


@app.command("head")
def print_head(
    ledger: LedgerFile,
    accept: Annotated[
        bool, typer.Option("--accept", help="Carry on with a ledger that does not match its head. This is recorded.")
    ] = False,
    by: Who = "",
    key: Key = None,
) -> None:
    """Print the head. Keep it elsewhere: 'verify --head' then proves that nothing before it has been altered."""
    if accept:
        if not by:
            raise UsageError("Say who is accepting the ledger: --by NAME.")
        with open_existing(ledger, _today(), key) as opened:
            accept_head(opened, _today(), by)
    typer.echo(str(_verified_head(ledger, key)))


def _verified_head(ledger: Path, key: Path | None) -> Head:
    """People trust a printed head, so the ledger is verified first."""
    return verify_ledger(ledger, None, key).head


@app.command()
def info(ledger: LedgerFile, key: Key = None) -> None:
    """Show how many people are in each state, by study."""
    with open_existing(ledger, _today(), key) as opened:
        for study in list_studies(opened):
            found = describe_study(opened, study)
            typer.echo(f"{study}: {found.people:,} people ({found.erased:,} erased). Runs: {found.runs:,}")
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
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Erase people with nothing recorded on or after this day."
        ),
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="The study is over: erase everyone in it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    by: Who = "",
    key: Key = None,
) -> None:
    """Erase the identities of people in a study. What was done stays on record. Anyone barred from letters stays so."""
    if (before is None) != ended:
        raise UsageError("Say who to erase: give --before YYYY-MM-DD, or --ended for everyone in the study.")
    limit = before.date() if before else None
    with open_existing(ledger, _today(), key) as opened:
        if study not in list_studies(opened):
            raise LedgerError("That study is not in the ledger. 'casefinder ledger info' lists the studies that are.")
        planned = count_purge(opened, study, limit)
        if not yes:
            typer.confirm(
                f"Permanently erase the identities of {planned.people:,} people? {planned.marked:,} of them stay "
                "barred from letters.",
                abort=True,
            )
        found = purge(opened, study, limit, _today(), by)
    typer.echo(
        f"Erased the identities of {found.people:,} people. Of these, {found.marked:,} must never be sent a letter."
    )
    typer.echo("Copies and backups of the ledger still identify them. Delete them too.")


def _today() -> date:
    return date.today()
