"""Nobody is lost on the way: what one step hands on is what the next one takes, or the night stops."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from pipeline.casefinding.find import Found
from pipeline.errors import AuditError
from pipeline.ledger.counts import count_states
from pipeline.ledger.open import Ledger
from pipeline.ledger.record_run import Night
from pipeline.lists.row import ListRow
from pipeline.night.outcomes import Told
from pipeline.runs.write import LIST_NAME
from pipeline.search.attrition import Count

Sum = tuple[str, int, int]  # what is counted, on the one side and on the other


def check_search(found: Found, told: Sequence[Told]) -> None:
    """From the records of the extract to those found. Raises AuditError."""
    _hold(_search_sums(found, told))


def _search_sums(found: Found, told: Sequence[Told]) -> Iterator[Sum]:
    said = Counter(one.outcome.practice_id for one in told if one.outcome.outcome == "for_review")
    steps = [count for count in found.attrition if count.kind == "stage"]
    for practice, own in groupby(steps, key=lambda count: count.practice_id):
        counts = list(own)
        for before, after in pairwise(counts):
            yield f"{practice}: “{after.words}”", before.people, after.people + (after.left or 0)
        yield f"{practice}: records found, and told to the ledger", counts[-1].people, said[practice]


def check_ledger(ledger: Ledger, study: str, told: Sequence[Told], night: Night) -> None:
    """From the records found to people in one state each. In the transaction: nothing else happens meanwhile."""
    _hold(_ledger_sums(ledger, study, told, night))


def _ledger_sums(ledger: Ledger, study: str, told: Sequence[Told], night: Night) -> Iterator[Sum]:
    found = [became for one, became in zip(told, night.became, strict=True) if one.outcome.outcome != "not_found"]
    yield "records of people, and those who have a state", len(found), sum(state is not None for state, _ in found)
    states = count_states(ledger, study)
    for_review = sum(people for (state, _), people in states.items() if state == "for_review")
    yield "people for review, and on the list", for_review, len(night.listed)
    left = sum(one.why not in ("not_found", "missing") for one in night.dropped)
    stayed = night.was_for_review - left
    yield "on the last list and still on this one", stayed, len(night.listed) - _came(night)


def _came(night: Night) -> int:
    return sum(one.version > night.number for one in night.listed)


def check_lists(folder: Path, lists: Mapping[str, Sequence[ListRow]], night: Night) -> None:
    """From the list to what is written, read again from the disk."""
    _hold(_list_sums(folder, lists, night))


def _list_sums(folder: Path, lists: Mapping[str, Sequence[ListRow]], night: Night) -> Iterator[Sum]:
    listed = Counter(one.registration.practice_id for one in night.listed)
    for practice in lists:
        with (folder / practice / f"{LIST_NAME}.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = sum(1 for _ in csv.DictReader(file))
        yield f"{practice}: people for review, and lines of the list", listed[practice], lines


def check_studies(attritions: Mapping[str, Sequence[Count]]) -> None:
    """All studies looked at the same records. Raises AuditError; their lists are published by then."""
    records = {
        study: {count.practice_id: count.people for count in counts if count.kind == "stage" and count.position == 0}
        for study, counts in attritions.items()
    }
    if any(one != other for one, other in pairwise(records.values())):
        raise AuditError(
            f"The studies {', '.join(sorted(records))} did not look at the same records tonight. If a delivery was "
            "applied by hand meanwhile, that is why: start the night again. If not, it is a fault of Casefinder."
        )


def _hold(sums: Iterable[Sum]) -> None:
    wrong = [f"- {what}: {one:,} and {other:,}" for what, one, other in sums if one != other]
    if wrong:
        raise AuditError(
            "The counts of this run do not add up, so no list was published. This is a fault of Casefinder: send "
            "these lines to whoever keeps it for you. Nothing about a patient is in them.\n" + "\n".join(wrong)
        )
