"""Checks that no one is lost on the way: what one step hands on is what the next takes, or the night stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from pipeline.casefinding.find import SearchResult
from pipeline.errors import AuditError
from pipeline.ledger.counts import count_states
from pipeline.ledger.open import Ledger
from pipeline.ledger.record_run import RecordedRun
from pipeline.lists.row import ListRow
from pipeline.night.outcomes import ReportedRecord
from pipeline.runs.paths import RunPaths
from pipeline.runs.read import count_list
from pipeline.search.attrition import Count

Sum = tuple[str, int, int]  # what is counted, on the one side and on the other


def check_search(result: SearchResult, reported: Sequence[ReportedRecord]) -> None:
    """From the records of the extract to those found. Raises AuditError."""
    _hold(_search_sums(result, reported))


def _search_sums(result: SearchResult, reported: Sequence[ReportedRecord]) -> Iterator[Sum]:
    said = Counter(one.outcome.practice_id for one in reported if one.outcome.outcome == "for_review")
    steps = [count for count in result.attrition if count.kind == "stage"]
    for practice, own in groupby(steps, key=lambda count: count.practice_id):
        counts = list(own)
        for before, after in pairwise(counts):
            yield f"{practice}: “{after.words}”", before.people, after.people + (after.left or 0)
        yield f"{practice}: records found, and reported to the ledger", counts[-1].people, said[practice]


def check_ledger(ledger: Ledger, study: str, reported: Sequence[ReportedRecord], run: RecordedRun) -> None:
    """From the records found to people in one state each. Inside the transaction, so nothing else happens meanwhile."""
    _hold(_ledger_sums(ledger, study, reported, run))


def _ledger_sums(ledger: Ledger, study: str, reported: Sequence[ReportedRecord], run: RecordedRun) -> Iterator[Sum]:
    found = [became for one, became in zip(reported, run.became, strict=True) if one.outcome.outcome != "not_found"]
    yield "records of people, and those who have a state", len(found), sum(state is not None for state, _ in found)
    states = count_states(ledger, study)
    for_review = sum(people for (state, _), people in states.items() if state == "for_review")
    yield "people for review, and on the list", for_review, len(run.listed)
    left = sum(one.why not in ("not_found", "missing") for one in run.dropped)
    stayed = run.was_for_review - left
    yield "on the last list and still on this one", stayed, len(run.listed) - run.came


def check_lists(paths: RunPaths, lists: Mapping[str, Sequence[ListRow]], run: RecordedRun) -> None:
    """From the list to what was written, read again from the disk."""
    _hold(_list_sums(paths, lists, run))


def _list_sums(paths: RunPaths, lists: Mapping[str, Sequence[ListRow]], run: RecordedRun) -> Iterator[Sum]:
    listed = Counter(one.registration.practice_id for one in run.listed)
    for practice in lists:
        lines = count_list(paths, practice)
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
            "applied by hand in the meantime, that is why: start the night again. If not, it is a fault in Casefinder."
        )


def _hold(sums: Iterable[Sum]) -> None:
    wrong = [f"- {what}: {one:,} and {other:,}" for what, one, other in sums if one != other]
    if wrong:
        raise AuditError(
            "The counts of this run do not add up, so no list was published. This is a fault in Casefinder. Send "
            "these lines to the person who looks after it for you: they say nothing about any patient.\n"
            + "\n".join(wrong)
        )
