"""Generated rules: everything the language can say that decides anything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pipeline.rules.expression import OPERATORS
from pipeline.rules.model import Rule
from pipeline.tables import SEXES
from tests.generative.pool import IN_WORK, INDEX_DATES, LATER, LENGTHS, OFF_WORK, OTHER_WORK, OUT_OF_WORK, ROLES

Draw = st.DrawFn
Written = dict[str, Any]  # as it would stand in YAML

LENGTH = st.sampled_from(LENGTHS)
MOMENT = st.one_of(LENGTH, st.sampled_from([day.isoformat() for day in INDEX_DATES]))
AGE = st.sampled_from([0, 18, 39, 40, 41, 64, 130])  # most people are 40
BOUND = st.sampled_from([0, 2.5, 7, 10.0])
NAMES = "abcd"
LONG_LIFE = ("28 days", "1 month", "12 months", "2 years")


@st.composite
def windows(draw: Draw) -> Written:
    match draw(st.sampled_from(["ever", "ever", "within", "before", "within and before", "between"])):
        case "between":
            ends = draw(st.sampled_from([("from",), ("to",), ("from", "to")]))
            return {"between": {end: draw(MOMENT) for end in ends}}
        case "ever":
            return {}
        case words:
            return {word: draw(LENGTH) for word in words.split(" and ")}


@st.composite
def lists(draw: Draw, roles: tuple[str, ...]) -> Written:
    found: Written = draw(st.sampled_from([{"codelist": "x"}, {"codelist": "y"}, {"codelists": ("x", "y")}]))
    return {**found, **({"roles": roles} if roles else {}), **draw(windows())}


def some(choices: tuple[str, ...], least: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(choices), min_size=least, unique=True).map(tuple)


@st.composite
def counts(draw: Draw, kinds: list[str]) -> Written:
    """`at_least`, `at_most`, `count`, `persists`, `spread` and `same`, as far as they go together."""
    found: Written = {"count": draw(st.sampled_from(kinds))}
    least = draw(st.sampled_from([None, None, 1, 2, 3]))
    if least:
        found["at_least"] = least
    if draw(st.integers(0, 3)) == 0:
        found["at_most"] = draw(st.integers(least or 0, 3))
    elif draw(st.integers(0, 2)) == 0 and (least or 2) > 1:
        found["spread" if least else "persists"] = draw(LENGTH)
    if "at_most" not in found and (found.get("at_least", 1) > 1 or "persists" in found) and draw(st.booleans()):
        found["same"] = "meaning"
    return found


@st.composite
def comparable(draw: Draw, low: float, high: float) -> Written:
    """Which values can be compared. Some value in the range is plausible."""
    found: Written = {}
    if draw(st.booleans()):
        found["unit"] = draw(st.sampled_from([("mmol/l",), ("mg", "mmol/L")]))
    if draw(st.booleans()):
        ends = {"from": draw(st.sampled_from([0, 1.5, low])), "to": draw(st.sampled_from([high, 12, 100]))}
        kept = {end: ends[end] for end in draw(some(("from", "to"), 1))}
        found["plausible"] = kept if kept.get("from", 0) <= low else {"to": ends["to"]}
    return found


@st.composite
def counted(draw: Draw, kind: str, anchors: list[str]) -> Written:
    selection = draw(lists(draw(some(ROLES, 0))))
    if draw(st.integers(0, 3)) == 0:
        low, high = sorted((draw(BOUND), draw(BOUND)))
        bounds = {"at_least": low, "at_most": high}
        selection["value"] = {key: bounds[key] for key in draw(some(("at_least", "at_most"), 1))}
        if draw(st.booleans()):
            selection["value"] |= draw(comparable(low, high))
    if draw(st.integers(0, 4)) == 0:
        selection["meanings"] = draw(some(("back", "knee", "codeine"), 1))
    kinds = ["dates", "rows"] if kind == "events" else ["dates", "rows", "issues", "drugs"]
    found: Written = {kind: selection, **draw(counts(kinds))}
    return {**found, **draw(afters(anchors))}


@st.composite
def afters(draw: Draw, anchors: list[str]) -> Written:
    if not anchors or draw(st.integers(0, 2)) == 0:
        return {}
    which = draw(st.sampled_from(["first", "last", "any"]))
    return {"after": {"criterion": draw(st.sampled_from(anchors)), "within": draw(LENGTH), "date": which}}


@st.composite
def certificates(draw: Draw, anchors: list[str]) -> Written:
    """`lasts` and `assume` are at least a day: a note of no days is no note."""
    named: Written = draw(st.sampled_from([{}, {"codelist": "fit-notes"}, {"codelists": ("fit-notes", "x")}]))
    gap = draw(st.sampled_from(["0 days", "1 day", "7 days", "2 weeks"]))
    lasts = draw(st.sampled_from(["1 day", "14 days", "28 days", "29 days", "6 weeks"]))
    spell = {"gap": gap, "lasts": lasts, "assume": draw(st.sampled_from(["1 week", "14 days", "28 days", "none"]))}
    notes = {**named, "roles": draw(some(OFF_WORK, 1)), **draw(windows())}
    return {"certificates": notes, "spell": spell, **draw(afters(anchors))}


@st.composite
def criteria(draw: Draw) -> Written:
    found: Written = {}
    for name in NAMES[: draw(st.integers(1, len(NAMES)))]:
        kind = draw(st.sampled_from(["events", "prescriptions", "certificates", "latest"]))
        anchors = [n for n, c in found.items() if {"events", "prescriptions"} & c.keys() and "after" not in c]
        if kind == "certificates":
            found[name] = draw(certificates(anchors))
        elif kind == "latest":
            found[name] = {"latest": draw(lists(draw(some(ROLES, 1))))}
        else:
            found[name] = draw(counted(kind, anchors))
    return found


@st.composite
def trees(draw: Draw, names: list[str], depth: int = 2) -> Any:
    operator = draw(st.sampled_from(("name", *OPERATORS))) if depth else "name"
    if operator == "name":
        return draw(st.sampled_from(names))
    if operator == "not":
        return {"not": draw(trees(names, depth - 1))}
    inner = tuple(draw(trees(names, depth - 1)) for _ in range(draw(st.integers(1, 3))))
    if operator == "count_of":
        return {"count_of": {"n": draw(st.integers(1, len(inner))), "of": inner}}
    return {operator: inner}


@st.composite
def populations(draw: Draw) -> Written:
    found: Written = {}
    if draw(st.booleans()):
        found["registered"] = {"type": draw(st.sampled_from(["regular", "regular", "temporary"]))}
        if draw(st.booleans()):
            found["registered"]["for"] = draw(LENGTH)
    if draw(st.booleans()):
        youngest, oldest = sorted((draw(AGE), draw(AGE)))
        ends = {"from": youngest, "to": oldest}
        found["age"] = {end: ends[end] for end in draw(some(("from", "to"), 1))}
    if draw(st.integers(0, 3)) == 0:
        found["sex"] = draw(some(tuple(SEXES), 1))
    return found


@st.composite
def in_works(draw: Draw) -> Written:
    length = st.sampled_from(LONG_LIFE)
    found: Written = {"look_back": {"in": draw(length), "out": draw(length)}, "in": IN_WORK, "out": OUT_OF_WORK}
    found["action"] = draw(st.sampled_from(["flag", "exclude"]))
    if draw(st.booleans()):
        found["other"] = OTHER_WORK
    if draw(st.booleans()):
        found["look_back"]["other"] = draw(length)
    if draw(st.booleans()):
        found["look_back"]["roles"] = {role: draw(length) for role in draw(some((*IN_WORK, *OTHER_WORK), 1))}
    if draw(st.booleans()):
        found["permanent"] = draw(some((*OUT_OF_WORK, *OTHER_WORK), 0))
    if draw(st.booleans()):
        found["codelists"] = draw(st.sampled_from([("employment",), ("employment", "x")]))
    if draw(st.booleans()):
        lasts = draw(st.sampled_from(["1 day", "1 week", "28 days", "30 days"]))
        found["unless_later"] = {"overtakes": draw(some(IN_WORK, 1)), "roles": draw(some(LATER, 1)), "lasts": lasts}
    return found


@st.composite
def rules(draw: Draw) -> Rule:
    written = draw(criteria())
    names = list(written)
    found: Written = {"criteria": written, "population": draw(populations()), "include": draw(trees(names))}
    found["exclude"] = tuple(draw(st.lists(trees(names), max_size=2)))
    found["flag"] = draw(some(tuple(names), 0))
    if draw(st.booleans()):
        found["in_work"] = draw(in_works())
    head = {"rule": "generated", "version": 1, "title": "Generated", "study": {"name": "None"}}
    return Rule.model_validate({**head, **found})
