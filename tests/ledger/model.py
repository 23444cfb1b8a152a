"""The ledger again in plain Python, from the words of the design: what generated histories hold it against."""

from __future__ import annotations

from dataclasses import dataclass, field

ALL = ""
Record = tuple[str, int]  # practice and person
Token = Record | str  # or an NHS number
BARS = {
    "died": "died",
    "refused": "refused",
    "contacted": "contacted before",
    "rejected": "rejected before",
}
OPEN = {"identified", "nominated", "excluded", "for_review", "later", "approved", "unscreened"}
AFTER_POSTING = {"mailed", "reminded", "returned", "replied", "ineligible", "consented", "declined", "withdrawn"}
FINAL = {"said no to research", "died or moved away", "already in the study"}
ORDER = (
    "consented", "declined", "ineligible", "withdrawn", "replied", "returned", "reminded", "mailed", "exported",
    "lapsed", "rejected", "for_review", "nominated", "unscreened", "later", "approved", "excluded", "moved",
    "identified",
)  # fmt: skip

# What a hand may do, and to whom.
ACTS = {
    "approved": {"for_review", "later"},
    "rejected": {"for_review", "later", "approved"},
    "later": {"for_review", "approved"},
    "for_review": {"rejected", "later", "unscreened"},
    "exported": {"approved", "exported"},  # the same batch again
    "mailed": {"exported"},
    "reminded": {"mailed"},
    "returned": {"mailed", "reminded"},
    "replied": {"mailed", "reminded", "replied"},
    "ineligible": {"replied"},
    "consented": {"replied"},
    "declined": {"replied"},
}


@dataclass(frozen=True)
class Report:
    """What a night says of one record, and whether the record shows the NHS number."""

    record: Record
    number: str | None
    outcome: str
    reason: str | None = None

    @property
    def tokens(self) -> set[Token]:
        return {self.record, self.number} if self.number else {self.record}


def bar_left(state: str | None, reason: str | None, letters: int) -> str | None:
    """The bar that is left of somebody who is forgotten."""
    if state == "lapsed":
        by_reason = {said: name for name, said in BARS.items()}
        return by_reason.get(str(reason), "contacted" if letters else None)
    if state == "withdrawn":
        return "refused"
    if state in AFTER_POSTING or state == "exported":
        return "contacted"
    return "rejected" if state == "rejected" else None


@dataclass(eq=False)
class One:
    """Somebody in a study, as far as the ledger can know who is who."""

    age: int
    tokens: set[Token]
    record: Record
    state: str = "identified"
    reason: str | None = None
    beneath: str = "identified"
    sight: str | None = None
    letters: int = 0
    decision: str | None = None  # the last that somebody who looked made
    changed: int = 0  # the day
    codes: list[str] = field(default_factory=list)
    ages: set[int] = field(default_factory=set)  # of those who turned out to be this one

    @property
    def may_return(self) -> bool:
        return (self.state, self.reason) == ("lapsed", "moved") and not self.letters

    @property
    def is_open(self) -> bool:
        return self.state in OPEN or self.may_return

    @property
    def rank(self) -> tuple[int, int]:
        return ORDER.index("moved" if self.may_return else self.state), self.age

    def go(self, day: int, state: str, reason: str | None = None) -> None:
        self.state, self.reason, self.changed = state, reason, max(day, self.changed)
        if state != "excluded":
            self.beneath = state

    @property
    def bar(self) -> str | None:
        """What they leave behind when they are forgotten."""
        return bar_left(self.state, self.reason, self.letters)


@dataclass
class Study:
    """Everybody of one study; of the forgotten, how they stood."""

    name: str
    people: list[One] = field(default_factory=list)
    forgotten: list[tuple[str, str | None]] = field(default_factory=list)
    runs: list[dict[str, int]] = field(default_factory=list)  # the practices of each, with the day of the extract
    born: int = 0


Bars = dict[tuple[str, Token], set[str]]


def barred(bars: Bars, study: str, tokens: set[Token]) -> str | None:
    names = {name for token in tokens for scope in (study, ALL) for name in bars.get((scope, token), ())}
    return next((name for name in BARS if name in names), None)


def bar(bars: Bars, study: str, tokens: set[Token], name: str) -> None:
    for token in tokens:
        bars.setdefault((study, token), set()).add(name)


def spread(bars: Bars, study: str, tokens: set[Token]) -> None:
    """A bar on one of somebody's numbers holds on all."""
    for scope in (study, ALL):
        for name in {name for token in tokens for name in bars.get((scope, token), ())}:
            bar(bars, scope, tokens, name)


def extract_day(study: Study, practice: str) -> int | None:
    """Of the newest run of the practice's site: whatever was ever searched together is one site's."""
    site = {practice}
    for _ in study.runs:
        site |= {each for run in study.runs if site & run.keys() for each in run}
    return next((run.get(practice) for run in reversed(study.runs) if site & run.keys()), None)


def may_have_letter(study: Study, bars: Bars, one: One, today: int) -> bool:
    extract = extract_day(study, one.record[0])
    is_fresh = extract is not None and 0 <= today - extract <= 31
    return is_fresh and one.sight in ("found", "not_found") and not barred(bars, study.name, one.tokens)


def forget(study: Study, bars: Bars, before: int | None) -> tuple[int, int]:
    """Who is over: how many, and how many of them stay barred."""
    over = [one for one in study.people if before is None or one.changed < before]
    for one in over:
        if one.bar:
            bar(bars, study.name, one.tokens, one.bar)
        is_open = one.state in OPEN
        study.forgotten.append(("lapsed", "retention ended") if is_open else (one.state, one.reason))
        study.people.remove(one)
    return len(over), sum(one.bar is not None for one in over)
