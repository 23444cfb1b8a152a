"""What the record said about work is in the chain at listing, and again at approval, export and posting."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import AuditError, LedgerError
from pipeline.ledger.chain import Chain, commit_to, write_body
from pipeline.ledger.letters import export, record_mailed
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.purge import purge
from pipeline.ledger.registration import Seen
from pipeline.ledger.review import decide
from pipeline.ledger.verify import verify_ledger
from tests.ledger.small import DAY, NUMBER, STUDY_NAME, code_of, night, said, small_ledger

ROW = "a" * 64
SEEN = Seen("in_work", "employment_code", "6_to_12_months", ROW)
OLDER = Seen("in_work", "employment_code", "12_to_24_months", ROW)


def about_work(ledger: Ledger) -> list[tuple[str, str | None, dict[str, str]]]:
    """Kind, state and content of every row that says something about work."""
    own = "body IS NOT NULL AND (kind = 'work' OR state IS NOT NULL)"
    rows = ledger.con.execute(f"SELECT kind, state, body FROM chain WHERE {own} ORDER BY seq")
    return [(kind, state, json.loads(body)) for kind, state, body in rows]


def test_each_step_up_to_posting_says_what_was_known(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(work=SEEN))
        code = code_of(ledger)
        decide(ledger, STUDY_NAME, code, "approved", DAY, "GP")
        export(ledger, STUDY_NAME, [code], DAY, "me")
        record_mailed(ledger, STUDY_NAME, [code], DAY, "me")
        found = about_work(ledger)
        assert [(kind, state) for kind, state, _ in found] == [
            ("work", None),
            *(("state", state) for state in ("for_review", "approved", "exported", "mailed")),
        ]
        [content] = {write_body(body) for _, _, body in found}
        salt = ledger.con.execute("SELECT salt FROM subject").fetchone()[0]
        assert json.loads(content) == {
            "state": "in_work",
            "strength": "employment_code",
            "age": "6_to_12_months",
            "fingerprint": "f" * 64,
            "row": commit_to(salt, STUDY_NAME, ROW),
        }
        assert ROW not in content and NUMBER not in content
        assert verify_ledger(ledger.path).newer == 0


def test_a_row_is_added_only_when_something_has_changed(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        for number, seen in enumerate((SEEN, SEEN, OLDER, OLDER)):
            night(ledger, said(work=seen), day=DAY + timedelta(days=number))
        noted = [body["age"] for kind, _, body in about_work(ledger) if kind == "work"]
        assert noted == ["6_to_12_months", "12_to_24_months"]
        code = code_of(ledger)
        decide(ledger, STUDY_NAME, code, "approved", DAY, "GP")
        assert about_work(ledger)[-1][1:] == ("approved", about_work(ledger)[-2][2])


def test_a_rule_that_does_not_ask_about_work_notes_nothing(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        decide(ledger, STUDY_NAME, code_of(ledger), "approved", DAY, "GP")
        assert about_work(ledger) == []


@pytest.mark.parametrize("wrong", [Seen("Jane", "none", "none", ROW), Seen("none", "x", "none", ROW)])
def test_only_words_of_the_closed_lists_are_kept(tmp_path: Path, wrong: Seen) -> None:
    with small_ledger(tmp_path) as ledger:
        with pytest.raises(LedgerError, match="must be one of"):
            night(ledger, said(work=wrong))
        assert about_work(ledger) == []


def test_what_a_purge_leaves_says_nothing_about_anyone(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(work=SEEN))
        night(ledger, said(work=OLDER), day=DAY + timedelta(days=30))
        # The newer row about work is no reason to keep someone for longer.
        assert purge(ledger, STUDY_NAME, DAY + timedelta(days=10), DAY + timedelta(days=31)).people == 1
        assert ledger.con.execute("SELECT COUNT(*) FROM subject").fetchone() == (0,)
        assert verify_ledger(ledger.path).erased > 0


def test_verify_finds_evidence_that_no_run_recorded(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(work=SEEN))
        with writing(ledger) as chain:
            assert isinstance(chain, Chain)
            body = write_body({"state": "none"})
            chain.append("state", DAY, study=STUDY_NAME, subject=2, state="approved", who="GP", body=body)
        with pytest.raises(AuditError, match="says something about work that no run recorded"):
            verify_ledger(ledger.path)
