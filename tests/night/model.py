"""The nights again in plain Python, by human being: who is for review where, by the words of docs/ledger.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.dates import shift_months
from tests.ledger.model import ACTS, AFTER_POSTING, ALL, BARS, FINAL, OPEN, bar_left
from tests.night.small import Person
from tests.night.world import PEOPLE, World

BEFORE_POSTING = {*OPEN, "exported"}
SEEN = {*BEFORE_POSTING, "mailed", "rejected"}  # a rejection can be taken back
KEPT_BENEATH = ("later", "approved", "unscreened")
_OFF = ("cancer", "excluded_elsewhere")  # by this record, or by another of the same person
_WEIGHT = {"died": 0, **dict.fromkeys(_OFF, 1), "found": 2, "not_found": 3, "registered_elsewhere": 4, "moved": 5}


@dataclass
class Standing:
    """How somebody stands in one study. `first`: since when they are on the list of this practice."""

    practice: str
    state: str = "identified"
    reason: str | None = None
    beneath: str = "identified"
    sight: str | None = None
    first: date | None = None
    nominated: bool = False
    letters: int = 0

    def go(self, state: str, reason: str | None, day: date) -> None:
        self.state, self.reason = state, reason
        self.beneath = self.beneath if state == "excluded" else state
        if state == "for_review":
            self.first = self.first or day
        if state == "lapsed":
            self.first, self.nominated = None, False
        self.nominated |= state == "nominated"

    @property
    def may_return(self) -> bool:
        return (self.state, self.reason) == ("lapsed", "moved") and not self.letters

    @property
    def is_watched(self) -> bool:
        """A letter or a reminder may still go to them."""
        return self.state in SEEN or self.may_return

    @property
    def leaves(self) -> str | None:
        """The bar that is left of them when they are forgotten."""
        return bar_left(self.state, self.reason, self.letters)


@dataclass
class Study:
    """`extracts`: the practices of its newest run, with the day of each one's extract. `fit`: who could have a letter
    by what that run's extract says of them, whatever was decided. `ran`: the day of that run.
    `seen`: the day of the newest extract of each practice that was searched."""

    name: str
    people: dict[int, Standing] = field(default_factory=dict)
    extracts: dict[str, date] = field(default_factory=dict)
    fit: set[int] = field(default_factory=set)
    ran: date | None = None
    seen: dict[str, date] = field(default_factory=dict)
    cancer_excludes: bool = True

    def listed(self, practice: str) -> set[int]:
        return {who for who, one in self.people.items() if (one.state, one.practice) == ("for_review", practice)}

    def is_new(self, who: int) -> bool:
        return self.people[who].first == self.ran


@dataclass
class Model:
    """`bars`: what speaks against any letter, by study or in all, and by person."""

    studies: dict[str, Study]
    bars: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def bar(self, study: str, who: int, name: str) -> None:
        self.bars.setdefault((study, who), set()).add(name)

    def barred(self, study: str, who: int) -> str | None:
        names = self.bars.get((study, who), set()) | self.bars.get((ALL, who), set())
        return next((name for name in BARS if name in names), None)

    def may(self, study: Study, who: int, act: str, today: date) -> bool:
        one, is_barred = study.people[who], self.barred(study.name, who) is not None
        if one.state not in ACTS[act] or (act in ("approved", "for_review", "mailed") and is_barred):
            return False
        if act == "for_review" and one.state == "rejected" and one.reason in FINAL:
            return False
        return act not in ("exported", "reminded") or self.may_have_letter(study, who, today)

    def may_have_letter(self, study: Study, who: int, today: date) -> bool:
        one = study.people[who]
        extract = study.extracts.get(one.practice)
        is_fresh = extract is not None and 0 <= (today - extract).days <= 31
        return is_fresh and one.sight in ("found", "not_found") and not self.barred(study.name, who)

    def leave(self, study: Study, who: int, reason: str, day: date) -> None:
        if study.people[who].state in BEFORE_POSTING:
            study.people[who].go("lapsed", reason, day)

    def refuse(self, study: Study, who: int, scope: str, day: date) -> None:
        self.bar(scope, who, "refused")
        if study.people[who].state in AFTER_POSTING - {"withdrawn"}:
            study.people[who].go("withdrawn", None, day)
        self.leave(study, who, "refused", day)

    def forget(self, study: Study) -> int:
        for who, one in study.people.items():
            if one.leaves:
                self.bar(study.name, who, one.leaves)
        gone = len(study.people)
        study.people.clear()
        return gone

    # A night

    def night(self, study: Study, world: World, extracts: Mapping[str, date], day: date) -> None:
        index = max(extracts.values())
        study.extracts = {each: on for each, on in extracts.items() if (index - on).days <= 31}
        study.ran, study.fit = day, set()
        study.seen |= {each: max(on, study.seen.get(each, on)) for each, on in study.extracts.items()}
        for who in PEOPLE:
            self._look(study, who, world.seen(who, extracts), index, day)

    def _look(self, study: Study, who: int, records: list[Person], index: date, day: date) -> None:
        one = study.people.get(who)
        is_dead = any(each.died and each.died <= index for each in records)
        best = max(records, key=lambda each: (is_here(each, index), each.since, each.practice), default=None)
        said = {}
        for record in records:
            is_found = has_pain(record, index) or bool(one and one.nominated)
            what = judge(record, study, index, is_found)
            is_told = (what in ("found", "cancer") and is_found) or (one is not None and one.is_watched)
            if record.practice in study.extracts and is_told:
                if what in ("found", "not_found"):
                    others = [each for each in records if each is not record]
                    is_off = any(has_cancer(each, study, index) for each in others)
                    what = "registered_elsewhere" if record is not best else "excluded_elsewhere" if is_off else what
                said[record.practice] = "died" if is_dead else what
        if one is None:
            one = self._come_in(study, who, said)
        if one is not None:
            self._take(study, who, one, said, day)
            if said.get(one.practice) in ("found", "not_found"):
                study.fit.add(who)

    def _come_in(self, study: Study, who: int, said: Mapping[str, str]) -> Standing | None:
        if not said or self.barred(study.name, who):
            return None
        study.people[who] = Standing(min(said))
        return study.people[who]

    def _take(self, study: Study, who: int, one: Standing, said: Mapping[str, str], day: date) -> None:
        if "died" in said.values():
            self.bar(ALL, who, "died")
        barred = self.barred(study.name, who)
        if barred and (said or one.practice in study.extracts):
            self.leave(study, who, BARS[barred], day)
        telling = {
            practice: what
            for practice, what in said.items()
            if what in ("died", *_OFF, "found") or practice == one.practice or one.state == "identified"
        }
        if not telling:
            if one.practice in study.extracts:
                see(one, "missing")
            return
        practice, what = min(telling.items(), key=lambda item: (_WEIGHT[item[1]], item[0] != one.practice))
        if what not in ("died", "moved") and practice != one.practice:
            if one.state != "identified":
                self.leave(study, who, "moved", day)
            one.practice = practice
        self._follow(study, who, one, what, day)
        see(one, dict.fromkeys((*_OFF, "registered_elsewhere"), "excluded").get(what, what))

    def _follow(self, study: Study, who: int, one: Standing, what: str, day: date) -> None:
        is_open = one.state in OPEN or one.may_return
        if what in ("died", "moved"):
            self.leave(study, who, what, day)
        elif what in (*_OFF, "registered_elsewhere"):
            if is_open and (one.state, one.reason) != ("excluded", what):
                one.go("excluded", what, day)
        elif what == "found":
            if one.state == "excluded":
                one.go(one.beneath if one.beneath in KEPT_BENEATH else "for_review", None, day)
            elif one.state in ("identified", "nominated") or one.may_return:
                one.go("for_review", None, day)


def is_here(record: Person, index: date) -> bool:
    return record.since <= index and not (record.left and record.left <= index)


def has_pain(record: Person, index: date) -> bool:
    return bool(record.pain and shift_months(index, -12) <= record.pain <= index)


def has_cancer(record: Person, study: Study, index: date) -> bool:
    return bool(study.cancer_excludes and record.cancer and record.cancer <= index)


def judge(record: Person, study: Study, index: date, is_found: bool) -> str:
    """What one record says by itself."""
    if record.died and record.died <= index:
        return "died"
    if not is_here(record, index):
        return "moved"
    if has_cancer(record, study, index):
        return "cancer"
    return "found" if is_found else "not_found"


def see(one: Standing, sight: str) -> None:
    if one.state in SEEN:
        one.sight = sight
