"""What became of each person in a patient report: each ends in one way, and the ways add up to all its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.casefinding.given_reports import Matched
from pipeline.patient_reports.model import PatientReport
from pipeline.people.match_report import MISSES, Match
from pipeline.people.own_registration import Identity
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.search.decision_sql import Stage
from pipeline.search.engine import Engine
from pipeline.vocabulary import IN_EARLIER_LIST

Option = Literal["only", "nominated", "leave_out"]
LEFT_OUT = "practice_left_out"
LISTED = {
    "matched": "in the practices searched",
    "found_too": "listed, and found by the rule as well",
    "nominated_only": "listed, not found by the rule",
}
NOT_LISTED: dict[str, str] = {
    "registered_elsewhere": "not listed: another registration of the same person counts",
    "dead_elsewhere": "not listed: another record of the same person says they have died",
    "perhaps_dead": "not listed: someone with the same NHS number has died, and may be the same person",
    "excluded_elsewhere": "not listed: an exclusion holds in another record of the same person",
    "in_earlier_list": "not listed: in the earlier list to leave out",
    "waiting": "not listed yet: waiting, because the rule limits how many new people are listed in a night",
    "died_since": "not listed: died since the index date",
    "left_since": "not listed: left the practice since the index date",
    "refused_since": "not listed: an exclusion that is always asked of the newest record holds since the index date",
    LEFT_OUT: "of a practice that is left out",
    **{str(miss): said for miss, said in MISSES.items()},
}
EARLIER = {
    "left_off": "left off the lists",
    "not_listed": "in the extract, not found by the rule or left off for another reason",
    "absent": "not in the extract",
}
End = tuple[int, str]  # how far a record came, and the name of where it ended


@dataclass(frozen=True)
class Ending:
    """How many people of a report ended in one way."""

    name: str
    words: str
    people: int


@dataclass(frozen=True)
class ReportEndings:
    """`route` is empty for a report that the search is kept to."""

    option: Option
    report: PatientReport
    route: str
    endings: tuple[Ending, ...]

    @property
    def said(self) -> tuple[str, str]:
        """A heading, and a paragraph on what became of the people."""
        people = "1 person" if len(self.report.people) == 1 else f"{len(self.report.people):,} people"
        named = f"{self.report.name} names {people}"
        ways = "; ".join(f"{ending.people:,} {ending.words}" for ending in self.endings)
        if self.option == "only":
            return "Limited to a patient report", f"{named}{f': {ways}' if ways else ''}. No one else was searched."
        if self.option == "leave_out":
            return "Left out, as an earlier list", f"{named}{f': {ways}' if ways else ''}."
        return f"Nominated ({self.route})", f"{named}{f': {ways}' if ways else ''}."

    def counts(self) -> Iterator[Count]:
        """Lines of the attrition. They name no practice, since a report may not say which its people belong to."""
        yield Count("", self.option, 0, "in_report", "People in the patient report", len(self.report.people))
        for place, ending in enumerate(self.endings, 1):
            yield Count("", self.option, place, ending.name, ending.words, ending.people)

    def described(self) -> dict[str, object]:
        """What the manifest says about it."""
        report = self.report
        return {
            "file": report.name,
            "sha256": report.sha256,
            "route": self.route or None,
            "lines": report.lines,
            "people": len(report.people),
            "repeats": report.repeats,
            "rejected": report.reasons,
            "became": {ending.name: ending.people for ending in self.endings},
        }


def report_endings(
    engine: Engine, plan: Plan, matched: Matched, identities: Mapping[int, Identity]
) -> list[ReportEndings]:
    """For each report given. Needs the search's decisions."""
    reports, found = matched.reports, []
    if reports.only:
        rows = engine.fetch(f"SELECT person_row FROM {plan.table('person')} WHERE is_reported = 1")  # noqa: S608
        endings = _tally(matched.only, {row: (0, "matched") for (row,) in rows}, plan)
        found.append(ReportEndings("only", reports.only, "", endings))
    if reports.nominated:
        endings = _tally(matched.nominated, _ends(engine, plan, identities), plan)
        found.append(ReportEndings("nominated", reports.nominated, reports.route, endings))
    if reports.leave_out:
        found.append(ReportEndings("leave_out", reports.leave_out, "", _count_earlier(matched.earlier, identities)))
    return found


def _count_earlier(earlier: Sequence[frozenset[int]], identities: Mapping[int, Identity]) -> tuple[Ending, ...]:
    """What became of the people in an earlier list."""
    off = {person for person, one in identities.items() if one.placement == IN_EARLIER_LIST}
    counted = Counter("left_off" if rows & off else "not_listed" if rows else "absent" for rows in earlier)
    return tuple(Ending(name, said, counted[name]) for name, said in EARLIER.items() if counted[name])


def _ends(engine: Engine, plan: Plan, identities: Mapping[int, Identity]) -> dict[int, End]:
    """Where each nominated record ended."""
    decision, nominated = plan.table("decision"), plan.table("nominated")
    sql = (
        f"SELECT d.person_row, d.passed, d.by_rule FROM {decision} d "  # noqa: S608
        f"JOIN {nominated} n ON n.person_row = d.person_row"
    )
    return {
        person: _end(plan, passed, bool(by_rule), identities.get(person))
        for person, passed, by_rule in engine.fetch(sql)
    }


def _end(plan: Plan, passed: int, by_rule: bool, identity: Identity | None) -> End:
    last = len(plan.stages)
    if passed < last or identity is None:
        return passed, _name(plan.stages[passed])
    if identity.placement != "listed":
        return last, identity.placement
    return last + 1, "found_too" if by_rule else "nominated_only"


def _name(stage: Stage) -> str:
    return f"{stage.part}:{stage.key}"  # a criterion may have the same name as a step of the population


def _tally(matches: Sequence[Match], ends: Mapping[int, End], plan: Plan) -> tuple[Ending, ...]:
    """How many people ended in each way. A person with several records ended where the furthest of them did."""
    counted = Counter(match if isinstance(match, str) else _furthest(match, ends) for match in matches)
    steps = {_name(stage): f"not listed, left at the step “{stage.words}”" for stage in plan.stages}
    words = {**LISTED, **steps, **NOT_LISTED}
    return tuple(Ending(name, said, counted[name]) for name, said in words.items() if counted[name])


def _furthest(rows: Sequence[int], ends: Mapping[int, End]) -> str:
    return max((ends[row] for row in rows if row in ends), default=(0, LEFT_OUT))[1]
