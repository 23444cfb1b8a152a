"""Records a night: whom the rule found, excluded or no longer finds, who died or moved, and who is on the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.chain import write_body
from pipeline.ledger.enrol import settle_tail
from pipeline.ledger.listed import Listed, list_people
from pipeline.ledger.night import Recorder, Told
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import Register, load_register
from pipeline.ledger.registration import Outcome
from pipeline.ledger.words import OUTCOMES, REPORTED_LAPSES


@dataclass(frozen=True)
class Run:
    """What was run. `fingerprint`: SHA-256 of rule and lists. `practices`: those searched, with their extract's day."""

    study: str
    rule: str
    version: int
    fingerprint: str
    index_date: date
    practices: Mapping[str, date]


@dataclass(frozen=True)
class Dropped:
    """Somebody who was for review. `why`: their state now; `not_found` or `missing`, if still listed; or `merged`."""

    study_code: str = field(repr=False)
    why: str
    reason: str | None


@dataclass(frozen=True)
class Night:
    """What a run left: its number, the list, who dropped out, and everybody reported in exactly one state.

    `counts`: (state, reason) and how many. `barred`: of them, whoever is known by a keyed mark only.
    `is_backdated`: the day given is before one already recorded, so a clock may be wrong.
    """

    number: int
    listed: tuple[Listed, ...]
    dropped: tuple[Dropped, ...]
    counts: Mapping[tuple[str, str | None], int]
    barred: int
    is_backdated: bool


def record_run(ledger: Ledger, run: Run, outcomes: Sequence[Outcome], day: date) -> Night:
    """Record a run whole, or not at all. Raises LedgerError for words it does not know.

    `outcomes` holds everybody found, and everybody of `watched_people`: who is not in it, of a practice searched, is
    missing, and no letter goes to the missing.
    """
    _check(run, outcomes)
    for one in outcomes:
        _ = one.number  # its check digit takes time, for which nobody else should wait
    with writing(ledger) as chain:
        newest = chain.con.execute("SELECT MAX(day) FROM chain").fetchone()[0]
        number = chain.append("run", day, study=run.study, body=_describe(run))
        register = load_register(chain.con, run.study)
        before = {person.study_code: (person.state, person.sight) for person in register.people.values()}
        told = _record(Recorder(chain, run.study, day, number, register), outcomes, set(run.practices))
        counts = _count(register, told)
        chain.append("counted", day, study=run.study, run=number, body=_say_counts(counts))
        listed = list_people(chain.con, run.study, ("for_review",), register)
        night = Night(number, listed, _dropped(before, register), counts, len(told.barred), day.isoformat() < newest)
    return night


def _record(recorder: Recorder, outcomes: Sequence[Outcome], practices: set[str]) -> Told:
    told = recorder.settle(outcomes)
    for subject, person in recorder.register.people.items():
        is_seen = subject in told.by_person and recorder.take(person, told.by_person[subject])
        if not is_seen and person.now.practice_id in practices:
            recorder.miss(person)
        settle_tail(recorder.chain, person, recorder.day)
    return told


def _check(run: Run, outcomes: Sequence[Outcome]) -> None:
    if not run.study or not run.practices:
        raise LedgerError("A run needs the name of its study and the practices that were searched.")
    for one in outcomes:
        if one.outcome not in OUTCOMES or (one.outcome == "lapsed") != (one.reason in REPORTED_LAPSES):
            raise LedgerError(
                f"A run says of each person one of: {', '.join(OUTCOMES)}; and of the lapsed why: "
                f"{', '.join(REPORTED_LAPSES)}."
            )
        if one.outcome == "excluded" and not one.reason:
            raise LedgerError("Every exclusion needs its reason, the rule's name for it.")


def _describe(run: Run) -> str:
    return write_body(
        {
            "rule": run.rule,
            "version": run.version,
            "fingerprint": run.fingerprint,
            "index_date": run.index_date.isoformat(),
            "practices": {practice: day.isoformat() for practice, day in run.practices.items()},
        }
    )


def _count(register: Register, told: Told) -> Mapping[tuple[str, str | None], int]:
    """Everybody reported, by present state; the barred are excluded with the mark's reason."""
    reported = [register.people[subject] for subject in told.by_person]
    counts = Counter((str(person.state), person.reason) for person in reported)
    counts.update(("excluded", reason) for reason in told.barred.values())
    return dict(counts)


def _say_counts(counts: Mapping[tuple[str, str | None], int]) -> str:
    rows = [[state, reason or "", people] for (state, reason), people in counts.items()]
    return write_body(sorted(rows))


def _dropped(before: Mapping[str, tuple[str | None, str | None]], register: Register) -> tuple[Dropped, ...]:
    """Whoever was for review, and is not, or is not found any more."""
    after = {person.study_code: person for person in register.people.values()}
    dropped = []
    for code, (state, sight) in before.items():
        person = after.get(code)
        if state != "for_review":
            continue
        if person is None:
            dropped.append(Dropped(code, "merged", None))
        elif person.state != "for_review":
            dropped.append(Dropped(code, str(person.state), person.reason))
        elif sight == "found" and person.sight != "found":
            dropped.append(Dropped(code, str(person.sight), None))
    return tuple(dropped)


def publish_run(ledger: Ledger, number: int, folder: str, fingerprint: str, day: date) -> None:
    """Name the run's folder, whole and never to change: from now on it is the list. Raises LedgerError."""
    with writing(ledger) as chain:
        found = chain.con.execute("SELECT study FROM chain WHERE seq = ? AND kind = 'run'", [number]).fetchone()
        if not found:
            raise LedgerError("There is no such run in the ledger.")
        body = write_body({"folder": folder, "fingerprint": fingerprint})
        chain.append("published", day, study=found[0], run=number, body=body)
