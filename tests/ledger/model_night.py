"""A night, in plain Python: who the records belong to, and where that leaves everybody."""

from __future__ import annotations

from tests.ledger.model import ALL, BARS, OPEN, Bars, One, Report, Study, Token, bar, barred, spread


def run(study: Study, bars: Bars, reports: list[Report], practices: dict[str, int], day: int) -> int:
    """A night. Returns how many are known by a bar only."""
    study.runs.append(practices)
    told: dict[int, list[Report]] = {}
    unknown: set[Token] = set()
    owners: list[tuple[Report, One]] = []
    for report in sorted(reports, key=lambda report: turn(study, report)):
        owner = find(study, bars, report, day, unknown)
        if owner:
            owners.append((report, owner))
    for report, owner in owners:
        now = next(one for one in study.people if owner.age in {one.age, *one.ages})
        told.setdefault(now.age, []).append(report)
    for one in study.people:
        said = told.get(one.age, [])
        if not (said and take(study, bars, one, said, day)) and one.record[0] in practices:
            keep_off(study, bars, one, day)
            see(one, "missing")
    return len(unknown)


def turn(study: Study, report: Report) -> tuple[bool, bool]:
    """Those who are known come first: a record that is new may share a number that they have only tonight."""
    return not any(one.tokens & report.tokens for one in study.people), report.outcome == "not_found"


def find(study: Study, bars: Bars, report: Report, day: int, unknown: set[Token]) -> One | None:
    same = sorted((one for one in study.people if one.tokens & report.tokens), key=lambda one: one.rank)
    if not same:
        if report.outcome == "not_found":
            return None
        if barred(bars, study.name, report.tokens):
            spread(bars, study.name, report.tokens)
            unknown.add(report.number or report.record)
            return None
        study.born += 1
        one = One(study.born, set(report.tokens), report.record, changed=day)
        study.people.append(one)
        return one
    first = same[0]
    for other in same[1:]:
        absorb(study, bars, first, other, day)
    if same[1:]:
        settled = first.beneath if first.state == "excluded" else first.state
        if settled in ("approved", "later", "unscreened") and any(o.beneath != settled for o in same[1:]):
            first.go(day, "for_review")
            first.decision = None
    first.tokens |= report.tokens
    return first


def absorb(study: Study, bars: Bars, first: One, other: One, day: int) -> None:
    study.people.remove(other)
    first.tokens |= other.tokens
    if other.bar and other.bar != "contacted":
        bar(bars, study.name, first.tokens, other.bar)
    first.letters += other.letters
    first.codes += other.codes
    first.changed = max(first.changed, other.changed, day)
    first.ages |= {other.age, *other.ages}


def take(study: Study, bars: Bars, one: One, said: list[Report], day: int) -> bool:
    for each in said:
        if each.reason in ("died", "refused"):
            bar(bars, ALL if each.reason == "died" else study.name, one.tokens, each.reason)
    spread(bars, study.name, one.tokens)
    keep_off(study, bars, one, day)
    here = [each for each in said if tells(each, one)]
    if not here:
        return False
    best = min(here, key=lambda each: (weight(each), each.record != one.record, each.record[0], str(each.record[1])))
    if best.outcome != "lapsed":
        if best.record[0] != one.record[0] and one.state != "identified":
            leave(one, "moved", day)
        one.record = best.record
    if best.outcome == "lapsed":
        leave(one, str(best.reason), day)
    elif best.outcome == "excluded" and one.is_open and (one.state, one.reason) != ("excluded", best.reason):
        one.go(day, "excluded", best.reason)
    elif best.outcome == "for_review":
        include(one, day)
    see(one, {"for_review": "found", "not_found": "not_found", "excluded": "excluded"}.get(best.outcome, best.reason))
    return True


def keep_off(study: Study, bars: Bars, one: One, day: int) -> None:
    why = barred(bars, study.name, one.tokens)
    if why:
        leave(one, BARS[why], day)


def tells(each: Report, one: One) -> bool:
    if each.outcome == "not_found" and one.state == "identified":
        return False
    found_there = each.outcome == "for_review" or (each.outcome, each.reason) == ("excluded", "cancer")
    return found_there or one.state == "identified" or each.record == one.record or each.reason in ("died", "refused")


def weight(each: Report) -> int:
    by_reason = {"died": 0, "refused": 1, "cancer": 2, "registered_elsewhere": 5, "moved": 6}
    return by_reason[each.reason] if each.reason else {"for_review": 3, "not_found": 4}[each.outcome]


def leave(one: One, reason: str, day: int) -> None:
    if one.state in OPEN or one.state == "exported":
        one.go(day, "lapsed", reason)
        one.decision = None


def include(one: One, day: int) -> None:
    if one.state == "excluded":
        one.go(day, one.beneath if one.beneath in ("later", "approved", "unscreened") else "for_review")
    elif one.state in ("identified", "nominated") or one.may_return:
        one.go(day, "for_review")


def see(one: One, sight: str | None) -> None:
    if one.state in OPEN or one.state in ("exported", "mailed", "rejected"):
        one.sight = sight
