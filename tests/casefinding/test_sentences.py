"""Each sentence of a list says how many, the newest and the oldest date, and what, in words anyone can read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.sentences import say_rows, say_spells
from pipeline.search.work_text import say_work


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def row(when: str = "", *, to: str = "", term: str = "Pain", role: str = "", hidden: bool = False) -> EvidenceRow:
    first = day(when) if when else None
    last = day(to) if to else first
    return EvidenceRow(1, role, term, first, last, None, hidden, "file", f"{when}{to}{term}")


def spell(
    starts: str, days: int, notes: int = 2, assumed: int = 2, known: int | None = None, assume: int = 28
) -> Spell:
    """`known`: how many days are certain; without it, all but those that the last is assumed to last."""
    begins = day(starts)
    certain = known if known is not None else days - assume if assumed else days
    return Spell(1, begins, begins + days, begins + certain, notes, assumed, assume)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("2026-06-09")], "once, 9 Jun 2026 (Pain)"),
        ([row("2026-06-09"), row("2024-08-19")], "on 2 dates, newest 9 Jun 2026, oldest 19 Aug 2024 (Pain)"),
        ([row("2026-06-09"), row("2026-06-09", term="Ache")], "once, 9 Jun 2026 (Ache; Pain)"),
        ([row()], "once, without a date (Pain)"),
        ([row(), row(term="Ache")], "2 times, without a date (Ache; Pain)"),
        ([row("2024-03-01", to="2024-03-31")], "once, March 2024 (Pain)"),
        (
            [row("2026-06-09"), row("2024-01-01", to="2024-12-31"), row()],
            "once, newest 9 Jun 2026, oldest 2024; 2 times without an exact date (Pain)",
        ),
        ([row("2026-06-09", hidden=True)], "once, 9 Jun 2026 (confidential row, wording withheld)"),
        (
            [row("2026-06-09", term=term) for term in ("A", "B", "C", "D", "E")],
            "once, 9 Jun 2026 (A; B; C; 2 more)",
        ),
    ],
)
def test_rows_in_words(rows: list[EvidenceRow], said: str) -> None:
    assert say_rows("recorded", rows) == f"recorded {said}"


def test_spells_in_words() -> None:
    assert say_spells([spell("2026-08-16", 43)]) == (
        "16 Aug 2026 to 27 Sep 2026, 2 notes, off work at least 15 days by the dates of the notes, "
        "43 if the last lasted 28"
    )
    found = [spell("2025-10-30", 92, 7, 7), spell("2026-06-25", 82, 3, 0), spell("2026-02-01", 60)]
    assert say_spells(found) == (
        "3 times, newest 25 Jun 2026 to 14 Sep 2026, 82 days from 3 notes; oldest from 30 Oct 2025"
    )


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            spell("2026-03-01", 42, known=14),
            "2 notes, off work at least 14 days by the dates of the notes, 42 if the last lasted 28",
        ),
        (
            spell("2026-03-01", 20, known=14),
            "2 notes, off work at least 14 days by the dates of the notes, 20 so far if the last lasts 28",
        ),
        (spell("2026-03-01", 28, 1, 1), "1 note without a length, 28 days if it lasted 28"),
        (spell("2026-03-01", 9, 1, 1, known=0), "1 note without a length, 9 days so far if it lasts 28"),
        (spell("2026-03-01", 60, 3, 2, known=60), "60 days from 3 notes, if those without a length lasted 28"),
        (spell("2026-03-01", 1, 1, 0), "1 day from 1 note"),
    ],
)
def test_what_is_certain_of_a_spell_is_said_apart_from_what_is_assumed(one: Spell, said: str) -> None:
    assert one.length == said


@pytest.mark.parametrize(
    ("state", "rows", "spells", "said"),
    [
        (
            "in_work",
            [row("2025-02-10", role="may_be_fit")],
            [spell("2026-08-16", 43)],
            "Recorded as in work: may be fit for work with adjustments, 10 Feb 2025. "
            "Since then signed off from 16 Aug 2026",
        ),
        ("in_work", [row("2025-02-10", role="employed")], [spell("2024-08-16", 43)],
         "Recorded as in work: employed, 10 Feb 2025"),
        ("in_work", [row(role="employed")], [spell("2026-08-16", 43)], "Recorded as in work: employed, no date"),
        ("out_of_work", [row("2026-03-03", role="not_in_labour_force")], [],
         "Recorded as out of work: not working or looking for work, 3 Mar 2026"),
        ("conflicting", [row("2026-03-03", role="employed"), row("2026-03-03", role="unemployed")], [],
         "The record says different things about work: employed, 3 Mar 2026; unemployed, 3 Mar 2026"),
        ("other", [row("2020-03-01", to="2020-03-31", role="retired")], [],
         "Recorded as neither in work nor out of work: retired, March 2020"),
        ("in_work", [row("2026-03-03", role="employed", hidden=True)], [],
         "Recorded as in work: a confidential entry, 3 Mar 2026"),
        ("none", [], [spell("2026-08-16", 43)], "The record does not say"),
    ],
)  # fmt: skip
def test_work_in_words(state: str, rows: list[EvidenceRow], spells: list[Spell], said: str) -> None:
    assert say_work(state, rows, spells) == said


EXACT = st.integers(day("2000-01-01"), day("2026-11-20"))


@given(st.lists(EXACT, min_size=1, max_size=30), st.lists(st.sampled_from("abcdef"), min_size=30, max_size=30))
def test_the_newest_and_the_oldest_date_are_always_said(days: list[int], terms: list[str]) -> None:
    rows = [EvidenceRow(1, "", terms[n], d, d, None, False, "f", str(n)) for n, d in enumerate(days)]
    said = say_rows("issued", rows)
    for one in (min(days), max(days)):
        assert f"{date.fromordinal(one).day} {date.fromordinal(one):%b %Y}" in said
    assert ("once" in said) == (len(set(days)) == 1) and "_" not in said
