"""What a night's list says about other people and other studies, by what the ledger knows. No one else is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.list_marks import add_mark
from pipeline.ledger.listed import Listed
from pipeline.ledger.other_studies import OtherStudies
from pipeline.ledger.record_run import RecordedRun
from pipeline.ledger.vocabulary import WRITTEN_TO
from pipeline.lists.row import ListRow
from pipeline.night.outcomes import ReportedRecord

DECIDED_AT_HOME = "Someone who seems to live at the same address has been approved for this study, or written to"

Lists = Mapping[str, Sequence[ListRow]]


def mark_rows(
    lists: Lists,
    result: SearchResult,
    reported: Sequence[ReportedRecord],
    recorded: RecordedRun,
    elsewhere: OtherStudies,
) -> dict[str, list[ListRow]]:
    """The lists of all practices, with the marks that need the ledger."""
    homes = _homes_decided(result, reported, recorded)
    known = {one.study_code: one for one in recorded.listed}
    return {
        practice: [_mark(row, (practice, row.home) in homes, known[row.study_code], elsewhere) for row in people]
        for practice, people in lists.items()
    }


def _mark(row: ListRow, is_decided: bool, one: Listed, elsewhere: OtherStudies) -> ListRow:
    if is_decided and row.home:
        row = add_mark(row, DECIDED_AT_HOME, shares_home=True)
    others = elsewhere.say(one.registration)
    for said in others.values():
        row = add_mark(row, said)
    return replace(row, other_studies=tuple(others))


def _homes_decided(
    result: SearchResult, reported: Sequence[ReportedRecord], recorded: RecordedRun
) -> set[tuple[str, str]]:
    """Where someone lives who has been approved or written to. They are off the list."""
    rows = (
        result.people.get(one.person_row)
        for one, (state, _) in zip(reported, recorded.became, strict=True)
        if state in ("approved", *WRITTEN_TO)
    )
    return {(practice, row.home) for practice, row in filter(None, rows)}
