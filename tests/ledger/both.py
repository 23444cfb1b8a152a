"""The ledger and its model side by side: the same things happen to both."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pipeline.errors import LedgerError
from pipeline.ledger.letters import (
    Batch,
)
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.record_run import Run, record_run
from pipeline.ledger.registration import Outcome, Registration, Seen
from pipeline.ledger.vocabulary import STATES
from tests.ledger import model, model_night
from tests.ledger.model import ACTS, FINAL, One, Report, Study

MEMORY = Path("/dev/shm")
PEOPLE = range(4)
MOSTLY = 80  # of 100
PRACTICES = ("A81001", "B82002")
# Valid NHS numbers of the range that is never issued.
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042")
OUTCOMES = (*["for_review"] * 6, "excluded", "excluded", "not_found", "absent", "absent", "died", "refused", "moved")
OLD_RECORDS = (*["absent"] * 4, "registered_elsewhere", "moved", "for_review")
NIGHTS = st.fixed_dictionaries(
    {
        "outcomes": st.lists(st.sampled_from(OUTCOMES), min_size=4, max_size=4),
        "old": st.lists(st.sampled_from(OLD_RECORDS), min_size=4, max_size=4),
        "shown": st.lists(st.booleans(), min_size=8, max_size=8),
        "searched": st.sampled_from((PRACTICES, PRACTICES, PRACTICES[:1], PRACTICES[1:])),
        "backwards": st.booleans(),
        "version": st.integers(1, 3),
    }
)
Night = dict[str, object]


def on(day: int) -> date:
    return date.fromordinal(739_000 + day)


def born(person: int) -> date:
    return date(1970, 1, 1 + person)


def registration(record: model.Record, number: str | None) -> Registration:
    practice, person = record
    return Registration(practice, str(person), number, born(person))


def is_done(do: Callable[[], object], may: bool) -> bool:
    """Do it, and see that it is done if it may be, and refused if not."""
    try:
        done = do()
    except LedgerError as error:
        assert str(error).startswith("Not recorded")
        done = False
    is_done = bool(done.done) if isinstance(done, Batch) else done is not False
    assert is_done == may
    return is_done


def _seen(report: Report, night: Night) -> Seen:
    """What the record says about work: it grows older from one night to another."""
    age = ("under_3_months", "3_to_6_months", "6_to_12_months")[int(str(night["version"])) - 1]
    return Seen("in_work", "employment_code", age, "0" * 63 + str(report.record[1]))


class Both(RuleBasedStateMachine):
    """Each rule does one thing to the ledger and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.stack = ExitStack()
        self.ledger: Ledger = self.stack.enter_context(open_ledger(self.folder / "ledger.db", on(0)))
        self.studies = {name: Study(name) for name in ("InSTEP", "Other")}
        self.bars: model.Bars = {}
        self.day = 0
        self.practice = [PRACTICES[person % 2] for person in PEOPLE]
        self.rows = 0

    def teardown(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder)

    # What happens.

    @initialize(night=NIGHTS)
    def the_first_night(self, night: Night) -> None:
        self.night("InSTEP", night)

    @rule(days=st.sampled_from((1, 1, 3, 40, -2)))
    def time_passes(self, days: int) -> None:
        """Sometimes backwards: a clock set wrong."""
        self.day = max(0, self.day + days)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_moves(self, person: int) -> None:
        self.practice[person] = next(each for each in PRACTICES if each != self.practice[person])

    @rule(study=st.sampled_from(("InSTEP", "InSTEP", "Other")), night=NIGHTS)
    def a_night(self, study: str, night: Night) -> None:
        self.night(study, night)

    def night(self, study: str, night: Night) -> None:
        reports = self._reports(night)
        searched = {practice: self.day for practice in night["searched"]}  # type: ignore[attr-defined]
        run = Run(
            study, "rule", int(str(night["version"])), "f" * 64, on(self.day), dict.fromkeys(searched, on(self.day))
        )
        told = [Outcome(*_fields(each), each.outcome, each.reason, _seen(each, night)) for each in reports]
        found = record_run(self.ledger, run, told, on(self.day))
        barred = model_night.run(self.studies[study], self.bars, reports, searched, self.day)
        self.take_codes(study)
        assert found.barred == barred
        assert {one.study_code for one in found.listed} == self.codes(study, "for_review")
        assert sum(found.counts.values()) == len(self._reported(study, reports)) + barred

    def _reports(self, night: Night) -> list[Report]:
        reports = []
        for person in PEOPLE:
            for which, practice in enumerate(PRACTICES):
                is_here = practice == self.practice[person]
                outcome = (night["outcomes"] if is_here else night["old"])[person]  # type: ignore[index]
                shown = night["shown"][2 * person + which]  # type: ignore[index]
                if outcome != "absent" and practice in night["searched"]:  # type: ignore[operator]
                    reports.append(report_of((practice, person), NUMBERS[person] if shown else None, outcome))
        return reports[::-1] if night["backwards"] else reports

    def _reported(self, study: str, reports: list[Report]) -> list[One]:
        said = {report.record for report in reports}
        return [one for one in self.studies[study].people if one.tokens & said]

    def take_codes(self, study: str) -> None:
        """Which codes are whose: known by the records, which the model knows too."""
        for listed in people_in(self.ledger, study, *STATES):
            record = (listed.registration.practice_id, int(listed.registration.patient_id))
            (one,) = (one for one in self.studies[study].people if record in one.tokens)
            if not one.codes:
                one.codes.append(listed.study_code)
            assert listed.study_code in one.codes, "a code is drawn once"

    def codes(self, study: str, *states: str) -> set[str]:
        found = {listed.study_code for listed in people_in(self.ledger, study, *states)}
        kept = [one for one in self.studies[study].people if one.state in states]
        assert len(found) == len(kept)
        assert all(found & set(one.codes) for one in kept)
        return found

    # How it is compared.

    def pick(self, chosen: int, states: Collection[str] = STATES) -> tuple[str, One | None, str]:
        """Mostly somebody in one of these states, if there is one; sometimes anybody, who is to be refused."""
        people = [(name, one) for name, study in self.studies.items() for one in study.people]
        fitting = [(name, one) for name, one in people if one.state in states]
        people = fitting if fitting and chosen < MOSTLY else people
        if not people:
            return "", None, ""
        name, one = people[chosen % len(people)]
        return name, one, one.codes[chosen % len(one.codes)]

    def may(self, study: str, one: One, act: str) -> bool:
        kept = self.studies[study]
        is_barred = model.barred(self.bars, study, one.tokens) is not None
        if one.state not in ACTS[act] or (act in ("approved", "for_review", "mailed") and is_barred):
            return False
        if act == "for_review" and one.state == "rejected" and one.reason in FINAL:
            return False
        if act == "mailed":
            return one.sight in ("found", "not_found")
        return act not in ("exported", "reminded") or model.may_have_letter(kept, self.bars, one, self.day)

    def act(self, chosen: int, act: str, do: Callable[[str, str], object], reason: str | None = None) -> One | None:
        """Do it, and see that it is done if it may be, and refused if not. Returns whom it was done to."""
        study, one, code = self.pick(chosen, ACTS[act])
        if one is None or not is_done(lambda: do(study, code), self.may(study, one, act)):
            return None
        if act == "exported":
            self.export(study, one)
        else:
            one.go(self.day, act, reason)
            one.decision = act if act in ("approved", "rejected", "later", "for_review") else one.decision
        return one

    def export(self, study: str, one: One) -> None:
        """Said without the model's states: what must be true of whoever gets a letter."""
        if one.state == "exported":  # the same batch again, which is an entry too
            one.changed = max(self.day, one.changed)
            return
        assert one.letters == 0, "one person, one letter"
        assert one.decision == "approved", "nobody unreviewed, nobody rejected"
        assert model.barred(self.bars, study, one.tokens) is None, "nobody dead or unwilling, nobody written to"
        one.letters = 1
        one.go(self.day, "exported")

    def bar(self, one: One, study: str, name: str) -> None:
        model.bar(self.bars, study, one.tokens, name)
        model_night.leave(one, model.BARS[name], self.day)


def report_of(record: model.Record, number: str | None, outcome: str) -> Report:
    if outcome in ("for_review", "not_found"):
        return Report(record, number, outcome)
    if outcome in ("excluded", "registered_elsewhere"):
        return Report(record, number, "excluded", "cancer" if outcome == "excluded" else outcome)
    return Report(record, number, "lapsed", outcome)


def _fields(report: Report) -> tuple[str, str, str | None, date]:
    practice, person = report.record
    return practice, str(person), report.number, born(person)
