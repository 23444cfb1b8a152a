"""Carries on with a ledger that does not match its head, for example a restored copy. That is recorded for good."""

from __future__ import annotations

from datetime import date

from pipeline.errors import AuditError, LedgerError
from pipeline.ledger.chain import Chain, write_body
from pipeline.ledger.head import Head, check_head, read_head
from pipeline.ledger.open import Ledger, commit, spoken


def accept_head(ledger: Ledger, day: date, who: str) -> None:
    """Record that the ledger is used as it is, and what its head was. Raises LedgerError if the two match."""
    con = ledger.con
    with spoken(ledger.path):
        con.execute("BEGIN IMMEDIATE")
        try:
            _require_misfit(ledger)
            body = write_body({"head": str(_old_head(ledger) or "")})
            chain = Chain(con, ledger.key)
            chain.append("accepted", day, who=who, body=body)
            commit(chain, ledger.path)
        finally:
            if con.in_transaction:
                con.execute("ROLLBACK")


def _require_misfit(ledger: Ledger) -> None:
    try:
        check_head(ledger.con, ledger.path)
    except AuditError:
        return
    raise LedgerError("The ledger matches its head, so there is nothing to accept.")


def _old_head(ledger: Ledger) -> Head | None:
    try:
        return read_head(ledger.path)
    except AuditError:
        return None
