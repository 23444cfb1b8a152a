"""Random corrections, new ids, moves, twins, late numbers and mistakes, with a referee who knows who everybody is.

Nobody has two letters, nobody has one after they said no or died, and no approval serves another person. `make prove`
tries ten thousand histories, different each time.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.errors import LedgerError
from pipeline.ledger.counts import count_states
from pipeline.ledger.letters import export, record_death, record_mailed, record_refusal, refuse_unlisted
from pipeline.ledger.listed import Listed, people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.record_run import Run, record_run
from pipeline.ledger.review import decide
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import STATES, STUDY
from tests.effort import effort, longer
from tests.ledger.both import MEMORY
from tests.ledger.real_people import MISTAKES, NUMBERS, PRACTICES, Human, Record, World

pytestmark = longer

DAY = date(2026, 11, 2)
NAME = "InSTEP"
CHOSEN = st.integers(0, 9)
MOSTLY = st.sampled_from(("for_review", "for_review", "for_review", "for_review", "not_found", "excluded"))
SEARCHED = st.sampled_from((PRACTICES, PRACTICES, PRACTICES, PRACTICES[:1], PRACTICES[1:]))


class RealPeople(RuleBasedStateMachine):
    """What really happens to people, and what the ledger does about it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.stack = ExitStack()
        self.ledger: Ledger = self.stack.enter_context(open_ledger(self.folder / "ledger.db", DAY))
        self.world = World()
        self.lists: list[list[tuple[Listed, Record]]] = []
        self.reviewed: dict[str, Human] = {}  # by study code: whose record was looked at
        self.envelopes: dict[str, Record] = {}

    def teardown(self) -> None:
        try:
            self.the_chain_verifies()
        finally:
            self.stack.close()
            shutil.rmtree(self.folder)

    # The world.

    @initialize(mistakes=st.lists(st.sampled_from(sorted(MISTAKES)), min_size=5, max_size=5), data=st.data())
    def everybody_is_registered(self, mistakes: list[str], data: st.DataObject) -> None:
        for place, (human, mistake) in enumerate(zip(self.world.humans, mistakes, strict=True)):
            self.world.open_record(human, PRACTICES[place % 2 if place < 4 else 0], mistake)
        self.a_night(PRACTICES, data)

    @rule(
        who=st.integers(0, 4),
        practice=st.sampled_from(PRACTICES),
        mistake=st.sampled_from(sorted(MISTAKES)),
        old=CHOSEN,
    )
    def another_record(self, who: int, practice: str, mistake: str, old: int) -> None:
        """Somebody moves, or comes back: the old record says so, or is gone, or says nothing."""
        human = self.world.humans[who]
        before = [record for record in human.records if not record.is_gone]
        self.world.open_record(human, practice, mistake)
        if human.records[-1:] != before[-1:] and old < 8:
            for record in before:
                if old < 4:
                    record.has_moved = True
                else:
                    self.world.remove(record)

    @rule(chosen=CHOSEN, what=st.sampled_from(sorted(MISTAKES)))
    def a_mistake(self, chosen: int, what: str) -> None:
        for record in self.pick(chosen):
            self.world.mistake(record, what)

    @rule(chosen=CHOSEN)
    def a_correction(self, chosen: int) -> None:
        wrong = [record for record in self.world.records() if not record.is_right]
        for record in wrong[chosen % 3 :: 3]:
            self.world.correct(record)

    @rule(practice=st.sampled_from(PRACTICES), how=st.sampled_from(("up", "round", "new")))
    def new_ids(self, practice: str, how: str) -> None:
        self.world.renumber(practice, how)

    @rule(chosen=CHOSEN)
    def a_record_is_gone(self, chosen: int) -> None:
        for record in self.pick(chosen):
            self.world.remove(record)

    @rule(who=st.integers(0, 4))
    def a_death(self, who: int) -> None:
        self.world.humans[who].died = True

    # What is done.

    @rule(practices=SEARCHED, data=st.data())
    def a_night(self, practices: tuple[str, ...], data: st.DataObject) -> None:
        said = list(self.world.deliver(practices, lambda: data.draw(MOSTLY)))
        run = Run(
            NAME, "rule", 1, "f" * 64, DAY, dict.fromkeys(PRACTICES if practices == PRACTICES else practices, DAY)
        )
        found = record_run(self.ledger, run, said, DAY)
        rows = [(one, self.world.delivered.get(one.registration.key)) for one in found.listed if one.sight != "missing"]
        self.lists.append([(one, record) for one, record in rows if record])

    @rule(ago=st.sampled_from((1, 1, 1, 2)), no=st.integers(0, 12))
    def a_list_is_reviewed(self, ago: int, no: int) -> None:
        """Sometimes an older one: what is stale is not recorded."""
        for place, (one, record) in enumerate(self.lists[-ago] if len(self.lists) >= ago else ()):
            what, reason = ("rejected", "other") if place == no else ("approved", None)
            try:
                decide(self.ledger, NAME, one.study_code, what, DAY, "GP", reason=reason, seen=one.version)
            except LedgerError:
                continue
            self.reviewed[one.study_code] = record.human
            record.no |= what == "rejected"

    @rule()
    def letters_are_made(self) -> None:
        codes = [one.study_code for one in people_in(self.ledger, NAME, "approved")]
        for code, who in export(self.ledger, NAME, codes, DAY, "office").done:
            record = self.world.delivered[who.key]
            assert self.reviewed[code] is record.human, "no approval serves another"
            assert self.world.may_be_written_to(record), "none after a letter, a no or a death"
            self.envelopes[code] = record

    @rule()
    def letters_are_posted(self) -> None:
        codes = [one.study_code for one in people_in(self.ledger, NAME, "exported")]
        for code, _ in record_mailed(self.ledger, NAME, codes, DAY, "office").done:
            record = self.envelopes[code]
            assert self.world.may_be_written_to(record), "none after a letter, a no or a death"
            record.human.letters += 1

    @rule(practices=SEARCHED, data=st.data(), post=st.booleans())
    def a_good_week(self, practices: tuple[str, ...], data: st.DataObject, post: bool) -> None:
        """So that histories get as far as letters."""
        self.a_night(practices, data)
        self.a_list_is_reviewed(1, 12)
        self.letters_are_made()
        if post:
            self.letters_are_posted()

    @rule(chosen=CHOSEN, what=st.sampled_from(("no", "no", "death")))
    def something_is_heard(self, chosen: int, what: str) -> None:
        """By whoever's record it is heard of: who is listed by their code, who is not by what the record says."""
        for record in self.pick(chosen):
            if self.world.delivered.get(record.key) is not record or record.is_changed:
                continue
            listed = [
                one
                for one in people_in(self.ledger, NAME, *STATES)
                if one.registration.key == record.key and one.sight != "missing"
            ]
            if listed and what == "death":
                record_death(self.ledger, NAME, listed[0].study_code, DAY, "GP")
            elif listed:
                record_refusal(self.ledger, NAME, listed[0].study_code, STUDY, DAY, "GP")
            elif record.number == record.human.number:
                refuse_unlisted(self.ledger, record.registration, NAME, STUDY, DAY)
                record.no = True
            record.no |= bool(listed)

    def pick(self, chosen: int) -> list[Record]:
        records = self.world.records()
        return [records[chosen % len(records)]] if records else []

    # What must be true.

    @invariant()
    def one_letter(self) -> None:
        assert all(human.letters <= 1 for human in self.world.humans)

    def the_chain_verifies(self) -> None:
        assert sum(count_states(self.ledger, NAME).values()) == len(people_in(self.ledger, NAME, *STATES))
        assert verify_ledger(self.ledger.path).newer == 0
        text = repr(self.ledger.con.execute("SELECT * FROM chain").fetchall())
        assert not any(number in text for number in NUMBERS), "no identity in the chain"


TestRealPeople = RealPeople.TestCase
TestRealPeople.settings = effort(few=30, many=10_000)
