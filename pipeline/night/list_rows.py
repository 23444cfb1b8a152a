"""A night's list: everyone for review, with their study code numbers and a mark on the new and the doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.list_marks import mark_homes
from pipeline.casefinding.list_rows import in_order
from pipeline.ledger.dropped import Dropped
from pipeline.ledger.listed import Listed
from pipeline.ledger.transitions import say, say_reason
from pipeline.lists.row import ListRow
from pipeline.night.outcomes import ReportedRecord

NEW = "New on this list"
NOT_FOUND = "No longer found by the rule"
MISSING = "Not in this extract"
IN_DOUBT = "Check who this is: the NHS number, date of birth or patient number has changed or is shared"
_WHY_MISSING = (
    "This person was listed before, but the record is not in this extract. Check in the clinical system whether they "
    "are still registered here."
)
_WHY_NOT_FOUND = "This person was listed before, but the rule does not find them today."

WHO_IS_LISTED = (
    (
        "Who is on this list",
        "Everyone still to be reviewed, whether the rule finds them today or found them before. People who were "
        "rejected, approved or written to, or have died, moved away or said no, are not on it.",
    ),
    (
        "",
        f"Flags begin with “{NEW}”, “{NOT_FOUND}” or “{MISSING}”. Use the newest list: it replaces earlier ones.",
    ),
)

Key = tuple[str, str]


def night_lists(
    result: SearchResult, reported: Sequence[ReportedRecord], listed: Sequence[Listed]
) -> dict[str, list[ListRow]]:
    """The rows for each practice searched, in order of name. The last list of any other practice stands."""
    rows = {one.outcome.key: result.people[one.person_row][1] for one in reported if one.person_row in result.people}
    lists: dict[str, list[ListRow]] = {one.practice_id: [] for one in result.practices if one.is_searched}
    for one in listed:
        if one.registration.practice_id in lists:
            lists[one.registration.practice_id].append(_row(one, rows))
    return {practice: in_order(mark_homes(people), result.plan.rule) for practice, people in lists.items()}


def _row(one: Listed, rows: Mapping[Key, ListRow]) -> ListRow:
    row = rows.get(one.registration.key)
    if row is None or one.sight == "missing":  # someone else's record may stand in its place
        return _add(_known(one), one, MISSING, _WHY_MISSING)
    if one.sight == "not_found":
        return _add(row, one, NOT_FOUND, _WHY_NOT_FOUND)
    return _add(row, one, NEW if one.is_new else "", "")


def _add(row: ListRow, one: Listed, flag: str, why: str) -> ListRow:
    return replace(
        row,
        study_code=one.study_code,
        first_listed=one.first_listed,
        flags="; ".join(filter(None, (flag, IN_DOUBT if one.in_doubt else "", row.flags))),
        why="\n".join(filter(None, (why, row.why))),
    )


def _known(one: Listed) -> ListRow:
    """What the ledger knows about a person whose record is gone."""
    who = one.registration
    return ListRow(
        study_code=one.study_code,
        nhs_number=who.nhs_number or "",
        local_number="",
        title="",
        given_name="",
        surname="",
        date_of_birth=who.date_of_birth,
        sex="",
        why="",
        in_work_evidence="none",
        in_work_because="",
        flags="",
        first_listed=one.first_listed,
    )


DROPPED_COLUMNS = ("study_code", "what", "because")
_SIGHTS = {"not_found": NOT_FOUND, "missing": MISSING}


def dropped_rows(dropped: Sequence[Dropped]) -> dict[str, list[tuple[str, str, str]]]:
    """By practice: people who were for review and are not, or are still listed although the rule does not find them."""
    rows: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for one in dropped:
        rows[one.practice_id].append((one.study_code, _what(one), say_reason(one.reason or "")))
    return {practice: sorted(people) for practice, people in rows.items()}


def _what(one: Dropped) -> str:
    if one.why in _SIGHTS:
        return f"Still on the list: {_SIGHTS[one.why][0].lower()}{_SIGHTS[one.why][1:]}"
    if one.why == "merged":
        return "Off the list: the same person as someone else listed"
    words = say(one.why)
    return f"Off the list: {words}"
