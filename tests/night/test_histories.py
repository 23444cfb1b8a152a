"""Random weeks of whole nights, against a model by human being: one letter at most, and none where there was a no.

`make prove` tries 300 histories, different each time.
"""

from __future__ import annotations

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from pipeline.ledger.letters import (
    export,
    record_consented,
    record_death,
    record_mailed,
    record_refusal,
    record_reminded,
    record_reply,
    record_returned,
)
from pipeline.ledger.purge import purge
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import close_review, decide, nominate, take_back
from pipeline.ledger.vocabulary import EVERY_STUDY, STUDY
from pipeline.vocabulary import SAID_NO
from tests.effort import effort, long
from tests.ledger.both import is_done
from tests.ledger.model import ALL
from tests.night.model import BEFORE_POSTING, Standing
from tests.night.site_and_model import SiteAndModel
from tests.night.small import PRACTICES
from tests.night.weeks import STUDIES
from tests.night.world import PEOPLE, Delivery

pytestmark = long

STEPS = 14
CHOSEN = st.integers(0, 99)
EVENTS = (
    "pain", "pain is over", "cancer", "no cancer after all", "died", "left", "came back", "moved", "moved",
    "birth date corrected", "number came", "record gone",
)  # fmt: skip
HAPPENING = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(EVENTS)), max_size=3)
DELIVERY = st.sampled_from(("fresh", "fresh", "fresh", "fresh", "stale", "absent"))
HOW = st.fixed_dictionaries(dict.fromkeys(PRACTICES, DELIVERY))
Happening = list[tuple[int, str]]
How = dict[str, Delivery]
DAYS = st.sampled_from((1, 1, 1, 0, 3, 35, -2))


class Histories(SiteAndModel):
    """Each rule does one thing, or what a practice does in one sitting."""

    @initialize(pain=st.sets(st.sampled_from(PEOPLE), min_size=2))
    def the_first_night(self, pain: set[int]) -> None:
        self.world.begin(self.today, pain)
        self.a_night(dict.fromkeys(PRACTICES, "fresh"))

    @rule(days=DAYS, happening=HAPPENING, how=HOW)
    def a_day_and_a_night(self, days: int, happening: Happening, how: How) -> None:
        self.days(days)
        for who, what in happening:
            self.world.happens(who, what, self.today)
        self.a_night(how)

    @rule(study=st.sampled_from(STUDIES))
    def the_rule_is_changed(self, study: str) -> None:
        self.change_rule(self.model.studies[study])

    @rule(broken=st.sampled_from((*STUDIES, "inbox")))
    def a_night_fails(self, broken: str) -> None:
        root = self.folder / "site"
        path = root / (f"{broken}.yaml" if broken in STUDIES else "inbox/patient.csv")
        kept = path.read_bytes()
        studies = {broken} if broken in STUDIES and not self.is_older() else set(STUDIES)
        self.a_night_that_fails(lambda: path.write_bytes(b"\xff\x00"), lambda: path.write_bytes(kept), studies)
        for name in set(STUDIES) - studies:
            self.model.night(self.model.studies[name], self.world, self.extracts, self.today)

    # By hand

    @rule(chosen=CHOSEN, act=st.sampled_from(("approved", "approved", "later")))
    def decision(self, chosen: int, act: str) -> None:
        self.act(chosen, act, lambda study, code: decide(self.ledger, study, code, act, self.today, "GP"))

    @rule(chosen=CHOSEN, reason=st.sampled_from(("in work", "other", SAID_NO)))
    def rejection(self, chosen: int, reason: str) -> None:
        def reject(study: str, code: str) -> object:
            return decide(self.ledger, study, code, "rejected", self.today, "GP", reason=reason)

        who = self.act(chosen, "rejected", reject, reason)
        if who is not None and reason == SAID_NO:
            self.model.bar(ALL, who, "refused")

    @rule(chosen=CHOSEN)
    def second_thoughts(self, chosen: int) -> None:
        self.act(chosen, "for_review", lambda study, code: take_back(self.ledger, study, code, self.today, "GP"))

    @rule(study=st.sampled_from(STUDIES), first=st.sampled_from(("approved", "rejected")), happening=HAPPENING, how=HOW)
    def something_happens_before_the_letters(self, study: str, first: str, happening: Happening, how: How) -> None:
        """Reviewed one evening, and made the next; whoever was rejected is taken back, with no night between."""
        self.review(study, first)
        self.a_day_and_a_night(1, happening, how)
        at, kept = (self.ledger, study), self.model.studies[study]
        for who in sorted(who for who, one in kept.people.items() if one.state == "rejected"):
            code = self.code(study, who)
            self.try_act(kept, who, "for_review", partial(take_back, *at, code, self.today, "GP"))
            self.try_act(kept, who, "approved", partial(decide, *at, code, "approved", self.today, "GP"))
        self.write_to_everybody(study, ("exported",))

    @rule(study=st.sampled_from(STUDIES), steps=st.integers(0, 2))
    def a_list_is_reviewed(self, study: str, steps: int) -> None:
        """Everybody in one sitting; then perhaps the letters are made, and posted."""
        self.review(study, "approved")
        self.write_to_everybody(study, ("exported", "mailed")[:steps])

    def review(self, study: str, act: str) -> None:
        kept, reason = self.model.studies[study], "other" if act == "rejected" else None
        for who in sorted(who for who, one in kept.people.items() if one.state == "for_review"):
            judge = partial(decide, self.ledger, study, self.code(study, who), act, self.today, "GP", reason=reason)
            self.try_act(kept, who, act, judge, reason)

    def write_to_everybody(self, study: str, acts: tuple[str, ...]) -> None:
        """To whom it may not be done is refused."""
        kept = self.model.studies[study]
        for act in acts:
            do = export if act == "exported" else record_mailed
            for who in sorted(kept.people):
                self.try_act(kept, who, act, partial(do, self.ledger, study, [self.code(study, who)], self.today, "me"))

    @rule(chosen=CHOSEN, act=st.sampled_from(("exported", "mailed", "reminded", "reminded", "returned")))
    def batch(self, chosen: int, act: str) -> None:
        does = {"exported": export, "mailed": record_mailed, "reminded": record_reminded, "returned": record_returned}
        self.act(chosen, act, lambda study, code: does[act](self.ledger, study, [code], self.today, "me"))

    @rule(chosen=CHOSEN)
    def reply(self, chosen: int) -> None:
        def answer(study: str, code: str) -> None:
            record_reply(self.ledger, study, code, "interested", "not_in_work", self.today, "me")

        self.act(chosen, "replied", answer, "interested")

    @rule(chosen=CHOSEN)
    def consent(self, chosen: int) -> None:
        self.act(chosen, "consented", lambda study, code: record_consented(self.ledger, study, code, self.today, "me"))

    @rule(chosen=CHOSEN, what=st.sampled_from((STUDY, EVERY_STUDY, "death")))
    def something_is_heard(self, chosen: int, what: str) -> None:
        picked = self.pick(chosen, set(BEFORE_POSTING))
        if picked is None:
            return
        study, who, code = picked
        if what == "death":
            record_death(self.ledger, study.name, code, self.today, "me")
            self.model.bar(ALL, who, "died")
            self.model.leave(study, who, "died", self.today)
        else:
            record_refusal(self.ledger, study.name, code, what, self.today, "me")
            self.model.refuse(study, who, study.name if what == STUDY else ALL, self.today)

    @rule(study=st.sampled_from(STUDIES), who=st.sampled_from(PEOPLE))
    def nomination(self, study: str, who: int) -> None:
        kept, record = self.model.studies[study], self.world.record(who)
        known = kept.people.get(who)
        may = not self.model.barred(study, who) and (known is None or known.state == "excluded")
        one = Registration(record.practice, record.patient_id, record.number or None, record.born)
        if is_done(lambda: nominate(self.ledger, study, one, "poster", "referred", self.today, "GP"), may):
            standing = kept.people.setdefault(who, Standing(record.practice))
            standing.go("nominated", "referred", self.today)

    @rule(study=st.sampled_from(STUDIES), practice=st.sampled_from(PRACTICES))
    def nobody_looks(self, study: str, practice: str) -> None:
        people = self.model.studies[study].people.values()
        here = [one for one in people if one.state in ("for_review", "later") and one.practice == practice]
        assert close_review(self.ledger, study, practice, self.today, "GP") == len(here)
        for one in here:
            one.go("unscreened", None, self.today)

    @rule(study=st.sampled_from(STUDIES))
    def forgetting(self, study: str) -> None:
        assert purge(self.ledger, study, None, self.today).people == self.model.forget(self.model.studies[study])

    @invariant()
    def both_say_the_same(self) -> None:
        self.assert_same()

    @invariant()
    def everything_is_whole(self) -> None:
        self.assert_whole()


TestHistories = Histories.TestCase
TestHistories.settings = settings(effort(few=3, many=300), stateful_step_count=STEPS)
