"""How a person enters the ledger, gains another registration, and is merged with another; and the marks they leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pipeline.ledger.chain import Chain, commit_to, new_salt
from pipeline.ledger.key import marks
from pipeline.ledger.people import Register
from pipeline.ledger.person import Person, take_state
from pipeline.ledger.registration import Registration
from pipeline.ledger.study_code import draw_code
from pipeline.ledger.transitions import Mover, check_move
from pipeline.ledger.vocabulary import ALL, DECIDED_BENEATH, MARKS, PRECEDENCE, WRITTEN_TO
from pipeline.ledger.work import carried


def open_subject(
    chain: Chain, study: str, one: Registration, state: str, day: date, *, run: int | None = None,
    reason: str | None = None, detail: str | None = None, who: str | None = None,
) -> Person:  # fmt: skip
    """Adds a new person to a study, with a study code of their own."""
    check_move("hand" if state == "nominated" else "run", None, state)
    salt, code = new_salt(), _free_code(chain, study)
    seq = chain.append(
        "subject", day, study=study, opens=True, state=state, reason=reason, detail=detail, who=who, run=run,
        commitment=commit_to(salt, study, code),
    )  # fmt: skip
    chain.con.execute("INSERT INTO subject VALUES (?, ?, ?, ?)", [seq, study, code, salt])
    person = Person([seq], code, salt)
    take_state(person, state, reason, detail, seq)
    add_registration(chain, person, one, day)
    return person


def _free_code(chain: Chain, study: str) -> str:
    while True:
        code = draw_code()
        if not chain.con.execute("SELECT 1 FROM subject WHERE study = ? AND study_code = ?", [study, code]).fetchone():
            return code


def add_registration(chain: Chain, person: Person, one: Registration, day: date, is_present: bool = True) -> None:
    """Adds a registration to a person: from now on their present one, or an alias.

    After an alias, the present one must be written again before the transaction ends: `settle_tail` does that.
    """
    kept = Registration(one.practice_id, one.patient_id, one.number, one.date_of_birth)
    born = kept.date_of_birth.isoformat() if kept.date_of_birth else None
    values = (person.subject, kept.practice_id, kept.patient_id, kept.nhs_number, born)
    salt = new_salt()
    seq = chain.append("identity", day, commitment=commit_to(salt, *values))
    chain.con.execute("INSERT INTO identity VALUES (?, ?, ?, ?, ?, ?, ?)", [seq, *values, salt])
    person.known.insert(len(person.known) if is_present else 0, kept)
    person.learn(kept, seq)
    person.tail = kept


def settle_tail(chain: Chain, person: Person, day: date) -> None:
    """Makes sure that the last registration written is the present one."""
    if person.tail != person.now:
        add_registration(chain, person, person.now, day)


def move(
    chain: Chain, person: Person, study: str, mover: Mover, state: str, day: date, *, reason: str | None = None,
    detail: str | None = None, who: str | None = None, run: int | None = None,
) -> None:  # fmt: skip
    """Moves a person to another state. Raises LedgerError if that state cannot follow."""
    check_move(mover, person.state, state)
    seq = chain.append(
        "state",
        day,
        study=study,
        subject=person.subject,
        state=state,
        reason=reason,
        detail=detail,
        who=who,
        run=run,
        body=carried(person, state),
    )
    take_state(person, state, reason, detail, seq)


def merge(chain: Chain, register: Register, study: str, people: Collection[Person], day: date, run: int) -> Person:
    """Merges records that are one person. A contact or a refusal holds for all; what was open is reviewed again."""
    first, *others = sorted(people, key=_weight)
    for other in others:
        chain.append("merged", day, study=study, subject=other.subject, about=first.subject, run=run)
        name = sticking(other)
        if name and name != "contacted":  # if any was, the first was; nothing else the second holds is lost
            mark(chain, study, name, day, other.marked + first.marked, run)
        first.take_in(other)
        register.drop(other, first)
    settled = first.beneath if first.state == "excluded" else first.state
    if settled in DECIDED_BENEATH and any(other.beneath != settled for other in others):
        move(chain, first, study, "run", "for_review", day, run=run)
    return first


def _weight(person: Person) -> tuple[int, int]:
    """The lowest holds for all. A person just added comes last, so the study code already drawn is kept."""
    return PRECEDENCE.index("moved" if person.may_return else str(person.state)), person.subject


def sticking(person: Person) -> str | None:
    """The mark of a person who may never be listed in the study again; None if they may."""
    if person.state == "lapsed":
        found = next((name for name, lapse in MARKS.items() if lapse == person.reason), None)
        return found or ("contacted" if person.was_exported else None)
    if person.state == "withdrawn":
        return "refused"
    if person.state in WRITTEN_TO:
        return "contacted"
    return "rejected" if person.state == "rejected" else None


def mark(
    chain: Chain, study: str, name: str, day: date, known: Collection[Registration], run: int | None = None
) -> None:
    """Keeps keyed marks of a person, with `study` ALL for every study. No purge removes them."""
    for body in sorted(marks(chain.key, known)):
        if not _is_marked(chain, study, name, body):
            chain.append("mark", day, study=study, reason=name, body=body, run=run)


# A mark of a place does not hold for the next person there, once the person was seen to have gone.
_VALID = "seq > COALESCE((SELECT MAX(seq) FROM chain WHERE kind = 'vacated' AND body = ?1), 0)"
_MARKED = f"SELECT 1 FROM chain WHERE kind = 'mark' AND body = ?1 AND study = ?2 AND reason = ?3 AND {_VALID}"  # noqa: S608
_MARKS = f"SELECT study, reason FROM chain WHERE kind = 'mark' AND body = ?1 AND study IN (?2, ?3) AND {_VALID}"  # noqa: S608


def _is_marked(chain: Chain, study: str, name: str, body: str) -> bool:
    return chain.con.execute(_MARKED, [body, study, name]).fetchone() is not None


def find_marks(chain: Chain, study: str, known: Collection[Registration]) -> set[tuple[str, str]]:
    """The marks of these registrations, as (the study or ALL, what the mark says)."""
    return {row for body in marks(chain.key, known) for row in chain.con.execute(_MARKS, [body, study, ALL])}


def vacate(chain: Chain, place: Registration, day: date, run: int) -> None:
    """The person who stood at a place has gone from it for certain, so their marks do not hold for the next."""
    (body,) = marks(chain.key, [Registration(place.practice_id, place.patient_id, None, None)])
    if chain.con.execute(f"SELECT 1 FROM chain WHERE kind = 'mark' AND body = ?1 AND {_VALID}", [body]).fetchone():  # noqa: S608
        chain.append("vacated", day, body=body, run=run)


def gravest(found: Collection[tuple[str, str]]) -> str | None:
    """What the most serious of these marks says."""
    names = {name for _, name in found}
    return next((name for name in MARKS if name in names), None)


def find_mark(chain: Chain, study: str, known: Collection[Registration]) -> str | None:
    """What the most serious mark of these registrations says, in this study or in all."""
    return gravest(find_marks(chain, study, known))
