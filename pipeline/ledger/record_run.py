"""Records a night: who was found, excluded or no longer found, who died or moved, and who is on the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.chain import write_body
from pipeline.ledger.counts import Counts
from pipeline.ledger.do_not_post import DoNotPost, find_do_not_post
from pipeline.ledger.doubt import may_be
from pipeline.ledger.dropped import Before, Dropped, find_dropped, stood
from pipeline.ledger.listed import Listed, list_people
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import Register, load_register
from pipeline.ledger.published import Published
from pipeline.ledger.recorder import Recorder, exclusion
from pipeline.ledger.registration import Outcome
from pipeline.ledger.settle_people import Attribution, Settler
from pipeline.ledger.subjects import settle_tail
from pipeline.ledger.vocabulary import OUTCOMES, REPORTED_LAPSES

Became = tuple[str | None, str | None]  # a person's state, and its reason


@dataclass(frozen=True)
class Run:
    """What was run. `fingerprint`: SHA-256 of rule and lists. `practices`: those searched, with their extract dates.

    `parts`: the SHA-256 of each file the rule is made of, which must not change under one version. `store`: a hash of
    the deliveries that were searched. `reasons`: those for which the rule lets a reviewer reject someone.
    """

    study: str
    rule: str
    version: int
    fingerprint: str
    index_date: date
    practices: Mapping[str, date]
    parts: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordedRun:
    """What a run left: its number, the list, who dropped out, and everyone reported, each in exactly one state.

    `counts`: how many people, by (state, reason). `barred`: how many of them are known only by a keyed mark.
    `became`: each record's person's state now, in the order of the outcomes; (None, None) if no one is known.
    `do_not_post`: letters that were exported, and must not be posted now. `was_for_review`: the length of the previous
    list; `came`: how many are on this one who were not on that, or were at another practice. `changes`: how many people
    were found to be someone else, by kind. `is_backdated`: the day given is before one already recorded, so a clock may
    be wrong.
    """

    number: int
    listed: tuple[Listed, ...]
    dropped: tuple[Dropped, ...]
    counts: Counts
    barred: int
    became: tuple[Became, ...] = field(repr=False)
    do_not_post: tuple[DoNotPost, ...]
    was_for_review: int
    came: int
    changes: Mapping[str, int]
    is_backdated: bool


Publish = Callable[[RecordedRun], Published]


def record_run(
    ledger: Ledger, run: Run, outcomes: Sequence[Outcome], day: date, publish: Publish | None = None
) -> RecordedRun:
    """Records a run as a whole, or not at all. Raises LedgerError for words outside the vocabulary.

    `outcomes` holds everyone found and everyone in `watched_people`. A person of a searched practice who is not in it
    counts as missing, and missing people get no letter. `publish` writes the run's folder and returns its name, which
    this same transaction records: a process killed in between leaves a folder that belongs to no run. Keep it quick.
    """
    _check(run, outcomes)
    for one in outcomes:
        _ = one.number  # checking the check digit takes time, and other writers should not wait for it
    with writing(ledger) as chain:
        newest = chain.con.execute("SELECT MAX(day) FROM chain").fetchone()[0]
        number = chain.append("run", day, study=run.study, body=_describe(run))
        register = load_register(chain.con, run.study)
        before = stood(register)
        attributed = _settle(Settler(chain, run.study, day, number, register), outcomes, run)
        counts = _count(register, attributed)
        chain.append("counted", day, study=run.study, run=number, body=_say_counts(counts))
        listed = list_people(chain.con, run.study, ("for_review",), register)
        recorded = RecordedRun(
            number=number,
            listed=listed,
            dropped=find_dropped(before, register),
            counts=counts,
            barred=len(attributed.barred),
            became=_became(register, attributed, outcomes),
            do_not_post=find_do_not_post(chain, run.study, register, day),
            was_for_review=sum(one.state == "for_review" for one in before.values()),
            came=sum(_has_come(one, before.get(one.study_code)) for one in listed),
            changes=dict(+attributed.changes),
            is_backdated=day.isoformat() < newest,
        )
        if publish:
            body = write_body(asdict(publish(recorded)))
            chain.append("published", day, study=run.study, run=number, body=body)
    return recorded


def _settle(settler: Settler, outcomes: Sequence[Outcome], run: Run) -> Attribution:
    """Who everyone is comes first, then whatever may not be, then what becomes of them."""
    attributed = settler.settle(outcomes)
    register, said = settler.register, attributed.by_person
    recorder = Recorder(settler.chain, settler.study, settler.day, settler.run, run.fingerprint)
    for subject, own in said.items():
        recorder.note_bars(register.people[subject], own)
    for subject, person in register.people.items():
        others = [one for other in may_be(person) for one in said.get(other.subject, ())]
        is_seen = subject in said and recorder.take(person, said[subject], exclusion(others))
        if not is_seen and person.now.practice_id in run.practices:
            recorder.miss(person)
        settle_tail(settler.chain, person, settler.day)
    return attributed


def _check(run: Run, outcomes: Sequence[Outcome]) -> None:
    if not run.study or not run.practices:
        raise LedgerError("A run needs its study's name and the practices that were searched.")
    for one in outcomes:
        if one.outcome not in OUTCOMES or (one.outcome == "lapsed") != (one.reason in REPORTED_LAPSES):
            raise LedgerError(
                f"A run reports each person as one of: {', '.join(OUTCOMES)}. For people who lapsed it says why: "
                f"{', '.join(REPORTED_LAPSES)}."
            )
        if one.outcome == "excluded" and not one.reason:
            raise LedgerError("Every exclusion needs a reason: the rule's name for it.")


def _describe(run: Run) -> str:
    return write_body(
        {
            "rule": run.rule,
            "version": run.version,
            "fingerprint": run.fingerprint,
            "index_date": run.index_date.isoformat(),
            "practices": {practice: day.isoformat() for practice, day in run.practices.items()},
            **({"parts": dict(run.parts)} if run.parts else {}),
            **({"store": run.store} if run.store else {}),
            **({"reasons": list(run.reasons)} if run.reasons else {}),
        }
    )


def _has_come(one: Listed, before: Before | None) -> bool:
    return before is None or (before.state, before.practice_id) != ("for_review", one.registration.practice_id)


def _became(register: Register, attributed: Attribution, outcomes: Sequence[Outcome]) -> tuple[Became, ...]:
    def became(one: Outcome) -> Became:
        subject = attributed.owners.get(one.key)
        if subject is not None:
            person = register.people[subject]
            return person.state, person.reason
        barred = attributed.barred.get(one.identifier)
        return ("excluded", barred) if barred else (None, None)

    return tuple(map(became, outcomes))


def _count(register: Register, attributed: Attribution) -> Counts:
    """Everyone reported, by present state. Barred people count as excluded, with the mark's reason."""
    reported = [register.people[subject] for subject in attributed.by_person]
    counts = Counter((str(person.state), person.reason) for person in reported)
    counts.update(("excluded", reason) for reason in attributed.barred.values())
    return dict(counts)


def _say_counts(counts: Counts) -> str:
    rows = [[state, reason or "", people] for (state, reason), people in counts.items()]
    return write_body(sorted(rows))
