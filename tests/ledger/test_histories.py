"""Random histories of two studies, against a plain-Python model: one letter at most, and none where there was a no.

`make prove` tries ten thousand, different each time.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from pipeline.ledger.counts import count_states, describe_study
from pipeline.ledger.letters import (
    export,
    record_consented,
    record_death,
    record_declined,
    record_ineligible,
    record_mailed,
    record_posted_in_error,
    record_refusal,
    record_reminded,
    record_reply,
    record_returned,
)
from pipeline.ledger.listed import earlier_contacts, people_in
from pipeline.ledger.purge import purge
from pipeline.ledger.review import close_review, decide, nominate, take_back
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import EVERY_STUDY, STATES, STUDY
from tests.effort import effort, longer
from tests.ledger import model, model_night
from tests.ledger.both import NIGHTS, NUMBERS, PEOPLE, PRACTICES, Both, Night, is_done, on, registration, report_of
from tests.ledger.model import AFTER_POSTING, ALL

pytestmark = longer


class Histories(Both):
    """Whatever is done, both say the same, and nobody gets a letter they may not have."""

    # What people do. `chosen` picks somebody, and any of their codes.

    @rule(chosen=st.integers(0, 99), act=st.sampled_from(("approved", "approved", "later")))
    def decision(self, chosen: int, act: str) -> None:
        self.act(chosen, act, lambda study, code: decide(self.ledger, study, code, act, on(self.day), "GP"))

    @rule(chosen=st.integers(0, 99), reason=st.sampled_from(("in work", "other", "said no to research")))
    def rejection(self, chosen: int, reason: str) -> None:
        def reject(study: str, code: str) -> object:
            return decide(self.ledger, study, code, "rejected", on(self.day), "GP", reason=reason)

        picked = self.act(chosen, "rejected", reject, reason)
        if picked and reason == "said no to research":
            model.bar(self.bars, ALL, picked.tokens, "refused")

    @rule(chosen=st.integers(0, 99))
    def second_thoughts(self, chosen: int) -> None:
        self.act(chosen, "for_review", lambda study, code: take_back(self.ledger, study, code, on(self.day), "GP"))

    @rule(chosen=st.integers(0, 99), act=st.sampled_from(("exported", "mailed", "reminded", "returned")))
    def batch(self, chosen: int, act: str) -> None:
        does = {"exported": export, "mailed": record_mailed, "reminded": record_reminded, "returned": record_returned}
        self.act(chosen, act, lambda study, code: does[act](self.ledger, study, [code], on(self.day), "me"))

    @rule(study=st.sampled_from(("InSTEP", "Other")), rejected=st.sampled_from((None, *PEOPLE)))
    def a_list_is_reviewed(self, study: str, rejected: int | None) -> None:
        """As a practice does: everybody in one sitting, by the list's own versions."""
        for listed in people_in(self.ledger, study, "for_review"):
            (one,) = (one for one in self.studies[study].people if listed.study_code in one.codes)
            is_no = one.record[1] == rejected
            act, reason = ("rejected", "other") if is_no else ("approved", None)

            judge = partial(decide, self.ledger, study, listed.study_code, act, on(self.day), "GP")
            if is_done(partial(judge, reason=reason, seen=listed.version), self.may(study, one, act)):
                one.go(self.day, act, reason)
                one.decision = act

    @rule(study=st.just("InSTEP"), night=NIGHTS, rejected=st.sampled_from((None, *PEOPLE)), steps=st.integers(0, 2))
    def a_good_week(self, study: str, night: Night, rejected: int | None, steps: int) -> None:
        """From a run towards the letters, so that histories get as far as what comes after them."""
        self.night(study, night)
        self.a_list_is_reviewed(study, rejected)
        if steps > 0:
            self.everybody_is_exported(study)
        if steps > 1:
            self.letters_are_posted(study)

    @rule(study=st.sampled_from(("InSTEP", "Other")))
    def letters_are_posted(self, study: str) -> None:
        people = [one for one in self.studies[study].people if one.state == "exported"]
        posted = [one for one in people if self.may(study, one, "mailed")]
        batch = record_mailed(self.ledger, study, [one.codes[-1] for one in people], on(self.day), "me")
        assert len(batch.done) == len(posted)
        for one in posted:
            one.go(self.day, "mailed")

    @rule(study=st.sampled_from(("InSTEP", "Other")))
    def everybody_is_exported(self, study: str) -> None:
        """Whoever may have a letter, and nobody else, whatever is asked for."""
        codes = [one.codes[0] for one in self.studies[study].people]
        before = [one for one in self.studies[study].people if self.may(study, one, "exported")]
        batch = export(self.ledger, study, codes, on(self.day), "me")
        assert len(batch.done) == len(before)
        assert len(batch.refused) == len(codes) - len(before)
        for one in before:
            self.export(study, one)

    @rule(chosen=st.integers(0, 99), interest=st.sampled_from(("interested", "not_interested")))
    def reply(self, chosen: int, interest: str) -> None:
        def answer(study: str, code: str) -> None:
            record_reply(self.ledger, study, code, interest, "not_in_work", on(self.day), "me")

        self.act(chosen, "replied", answer, interest)

    @rule(chosen=st.integers(0, 99), act=st.sampled_from(("ineligible", "consented", "declined")))
    def outcome(self, chosen: int, act: str) -> None:
        def settle(study: str, code: str) -> None:
            if act == "ineligible":
                record_ineligible(self.ledger, study, code, "in work", on(self.day), "me")
            else:
                does = record_consented if act == "consented" else record_declined
                does(self.ledger, study, code, on(self.day), "me")

        self.act(chosen, act, settle, "in work" if act == "ineligible" else None)

    @rule(chosen=st.integers(0, 99), what=st.sampled_from((STUDY, EVERY_STUDY, "death", "letter")))
    def something_is_heard(self, chosen: int, what: str) -> None:
        """A no, a death, or that a letter went out in error: whatever the state, it is recorded."""
        study, one, code = self.pick(chosen)
        if one is None:
            return
        one.changed = max(one.changed, self.day) if what == "letter" else one.changed
        if what == "letter":
            record_posted_in_error(self.ledger, study, code, on(self.day), "me")
            self.bar(one, study, "contacted")
        elif what == "death":
            record_death(self.ledger, study, code, on(self.day), "me")
            self.bar(one, ALL, "died")
        else:
            record_refusal(self.ledger, study, code, what, on(self.day), "me")
            if one.state in AFTER_POSTING - {"withdrawn"}:
                one.go(self.day, "withdrawn")
            self.bar(one, study if what == STUDY else ALL, "refused")

    @rule(study=st.sampled_from(("InSTEP", "Other")), person=st.sampled_from(PEOPLE), shown=st.booleans())
    def nomination(self, study: str, person: int, shown: bool) -> None:
        report = report_of((self.practice[person], person), NUMBERS[person] if shown else None, "for_review")
        kept = self.studies[study]
        known = [one for one in kept.people if one.tokens & report.tokens]
        tokens = {token for one in known for token in one.tokens} | report.tokens
        is_barred = model.barred(self.bars, study, tokens) is not None
        may = not is_barred and (not known or [one.state for one in known] == ["excluded"])
        one = registration(report.record, report.number)
        if not is_done(lambda: nominate(self.ledger, study, one, "poster", "referred", on(self.day), "GP"), may):
            return
        if not known:
            model_night.find(kept, self.bars, report, self.day, set())
        picked = known[0] if known else kept.people[-1]
        picked.go(self.day, "nominated", "referred")
        self.take_codes(study)

    @rule(study=st.sampled_from(("InSTEP", "Other")), practice=st.sampled_from(PRACTICES))
    def nobody_looks(self, study: str, practice: str) -> None:
        closed = close_review(self.ledger, study, practice, on(self.day), "GP")
        people = [one for one in self.studies[study].people if one.state in ("for_review", "later")]
        here = [one for one in people if one.record[0] == practice]
        for one in here:
            one.go(self.day, "unscreened")
        assert closed == len(here)

    @rule(study=st.sampled_from(("InSTEP", "Other")), ago=st.sampled_from((30, 30, 5, 0, None)))
    def forgetting(self, study: str, ago: int | None) -> None:
        kept = self.studies[study]
        if not kept.people and not kept.forgotten and not kept.runs:
            return  # the ledger does not know the study
        before = None if ago is None else self.day - ago
        done = purge(self.ledger, study, None if before is None else on(before), on(self.day))
        assert (done.people, done.marked) == model.forget(kept, self.bars, before)

    @invariant()
    def both_say_the_same(self) -> None:
        for name, study in self.studies.items():
            listed = {one.study_code: one for one in people_in(self.ledger, name, *STATES)}
            assert len(listed) == len(study.people), "everybody is in exactly one state"
            for one in study.people:
                (found,) = (listed[code] for code in one.codes if code in listed)
                assert (found.state, found.reason) == (one.state, one.reason)
                assert (found.registration.practice_id, int(found.registration.patient_id)) == one.record
            counts = Counter((one.state, one.reason) for one in study.people) + Counter(study.forgotten)
            assert count_states(self.ledger, name) == dict(counts)
            assert describe_study(self.ledger, name).people == counts.total()

    @invariant()
    def earlier_contacts_are_those_who_stick(self) -> None:
        for name, study in self.studies.items():
            found = {one.registration.key for one in earlier_contacts(self.ledger, name)}
            stuck = {token for one in study.people if not one.is_open for token in one.tokens}
            assert {(practice, int(person)) for practice, person in found} == {t for t in stuck if isinstance(t, tuple)}

    @invariant()
    def the_chain_verifies_and_only_grows(self) -> None:
        verified = verify_ledger(self.ledger.path)
        assert verified.newer == 0
        assert verified.head.seq >= self.rows, "nothing decided is ever lost"
        self.rows = verified.head.seq

    @invariant()
    def one_letter_in_the_chain(self) -> None:
        """By the chain alone: nobody was exported twice, and nobody whose last decision was not approved."""
        rows = self.ledger.con.execute("SELECT subject, state FROM chain WHERE state IS NOT NULL ORDER BY seq")
        history: dict[int, list[str]] = {}
        for subject, state in rows:
            history.setdefault(subject, []).append(state)
        for states in history.values():
            assert states.count("exported") <= 1
            for before, state in pairwise(states):
                assert state != "exported" or before == "approved"

    @invariant()
    def each_step_says_what_was_known_about_work(self) -> None:
        """By the chain alone: what some row about work said before."""
        rows = self.ledger.con.execute(
            "SELECT kind, state, body FROM chain WHERE state IS NOT NULL OR kind = 'work' ORDER BY seq"
        )
        noted = set[str]()
        for kind, state, body in rows:
            if kind == "work":
                noted.add(body)
            elif state in ("approved", "exported", "mailed"):
                assert body in noted, "whoever is approved was listed by a run"
            elif state != "for_review":
                assert body is None

    @invariant()
    def no_identity_in_the_chain(self) -> None:
        rows = self.ledger.con.execute("SELECT * FROM chain").fetchall()
        assert not any(number in json.dumps(rows) for number in NUMBERS)


TestHistories = Histories.TestCase
TestHistories.settings = effort(few=30, many=10_000)
