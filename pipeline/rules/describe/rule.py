"""A rule in plain English, rendered from the rule itself, for the person who must sign it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.dates import latest_birth, shift
from pipeline.rules.check import CheckedRule
from pipeline.rules.defaults import DEFAULTS
from pipeline.rules.describe.criterion import say_lists, say_roles
from pipeline.rules.describe.layout import Item, Section, bullets, lay_out, say_date, sentence
from pipeline.rules.describe.tree import Describer
from pipeline.rules.describe.window import say_since
from pipeline.rules.model import Age, InWork, Registered, Rule
from pipeline.rules.refusals import asked_today
from pipeline.rules.selection import Selection
from pipeline.rules.wording import joined, readable

ENDS = "Every window, such as 'the 12 months up to the index date', includes its first and last day."
HELPS = (
    "An entry without an exact date counts here only if it certainly meets the criterion, and a confidential entry "
    "never counts. Under 'This is not met' it is the other way round: both count if they possibly meet it."
)
HINDERS = (
    "An entry without an exact date, or a confidential one, counts here if it possibly meets the criterion. Under "
    "'This is not met' it is the other way round: an entry without an exact date must certainly meet it, and a "
    "confidential entry never counts."
)


def describe(checked: CheckedRule, index: date | None = None) -> list[str]:
    """The whole rule as lines of at most 88 columns. With an index date every window says its days as well."""
    rule, describer = checked.loaded.rule, Describer(checked, index)
    sections = (
        _about(rule, index),
        _changes(rule),
        _population(rule, index),
        Section("What must be in the record", (Item(HELPS), *describer.describe(rule.include))),
        _exclusions(checked, describer),
        _flags(rule, describer),
        _unused(rule, describer),
        _work(checked, index),
        _asked("Not in the record: the person must be asked", rule.ask),
        _asked("For the reviewer to judge", rule.reviewer),
        _reasons(rule),
        Section("How every rule is read, unless it says otherwise above", tuple(bullets(DEFAULTS))),
        Section("Code lists", tuple(bullets(_lists(checked)))),
    )
    return list(lay_out(section for section in sections if section.items))


def _about(rule: Rule, index: date | None) -> Section:
    number = f" ({rule.study.isrctn})" if rule.study.isrctn else ""
    items = [f"Rule {rule.rule}, version {rule.version}, for the study {rule.study.name}{number}."]
    if rule.extends:
        items.append(f"It extends the rule {rule.extends}. The whole rule is given below.")
    if index:
        items.append(f"The index date is {say_date(index)}. {ENDS}")
    else:
        items.append(ENDS)
    return Section(rule.title, tuple(map(Item, items)))


def _changes(rule: Rule) -> Section:
    said = (f"{say_date(change.on)}: {sentence(change.what)}" for change in rule.changes)
    return Section("Changes", tuple(bullets(said)))


def _population(rule: Rule, index: date | None) -> Section:
    registered, age = rule.population.registered, rule.population.age
    said = ["A real person, not a test record.", "Alive on the index date.", *_registered(registered, index)]
    return Section("Who the rule looks at", tuple(bullets([*said, _age(age, index) if age else "Any age."])))


def _registered(registered: Registered, index: date | None) -> Iterator[str]:
    yield f"Registered with the practice on the index date as a {registered.type} patient."
    if registered.at_least:
        since = f": since {say_date(shift(index, registered.at_least, -1))} or earlier" if index else ""
        yield f"Registered for at least {registered.at_least}{since}."


def _age(age: Age, index: date | None) -> str:
    if not index:
        return f"Aged {age.youngest} to {age.oldest} inclusive on the index date."
    first = say_date(latest_birth(index, age.oldest + 1) + timedelta(days=1))
    last = say_date(latest_birth(index, age.youngest))
    return f"Aged {age.youngest} to {age.oldest} inclusive on the index date: born from {first} to {last}."


def _exclusions(checked: CheckedRule, describer: Describer) -> Section:
    """In the rule's order, and then work, if the rule excludes by it."""
    rule = checked.loaded.rule
    trees = enumerate(rule.exclude, 1)
    items = [item for number, tree in trees for item in describer.describe(tree, marker=f"{number}. ")]
    if rule.in_work and rule.in_work.action == "exclude":
        said = "In work, according to the record. See 'What the record says about work' below."
        items.append(Item(said, marker=f"{len(rule.exclude) + 1}. "))
    if not items:
        return Section("What leaves someone out", (Item("Nothing."),))
    order = (
        "Any one of these is enough. The first that is met is given as the reason, and all that are met are recorded."
    )
    again = Item(_asked_again(checked))
    return Section("What leaves someone out, in this order", (Item(order), Item(HINDERS), *items, again))


def _asked_again(checked: CheckedRule) -> str:
    """Which criteria are asked on two days, where lists are written for a past one."""
    rule = checked.loaded.rule
    roles = {name: _roles_read(one.selection, checked) for name, one in rule.criteria.items()}
    again = asked_today(rule, roles)
    what = joined((readable(name) for name in again), "and") if again else "none of these"
    return f"Lists for an earlier index date also ask the newest record, before they name anyone, about: {what}."


def _roles_read(selection: Selection, checked: CheckedRule) -> frozenset[str]:
    """Those the criterion names, or all that its lists have."""
    every = (checked.codelists[name].roles for name in selection.lists)
    return frozenset(selection.roles) or frozenset().union(*every)


def _flags(rule: Rule, describer: Describer) -> Section:
    items = [item for name in rule.flag for item in describer.describe(name, marker="- ")]
    intro = [Item("These are for information only. They do not leave anyone out."), Item(HINDERS)] if items else []
    return Section("What is shown to the reviewer", (*intro, *items))


def _unused(rule: Rule, describer: Describer) -> Section:
    """Criteria that no tree names: those that only give a date to others, and those nobody uses."""
    left = [name for name in rule.criteria if name not in describer.described]
    items = [item for name in left for item in describer.describe(name, marker="- ")]
    intro = (
        [Item("These do not decide anything on their own. Criteria above may count from their dates.")] if items else []
    )
    return Section("Other criteria", (*intro, *items))


def _work(checked: CheckedRule, index: date | None) -> Section:
    heading, in_work = "What the record says about work", checked.loaded.rule.in_work
    if not in_work:
        return Section(heading, (Item("This rule does not use it."),))
    lists = say_lists(in_work.codelists, checked.codelists)
    intro = Item(f"The newest entry with a code from {lists} decides. Only these entries are used:")
    return Section(heading, (intro, *bullets(_sides(in_work, index)), Item(_action(in_work))))


def _sides(in_work: InWork, index: date | None) -> Iterator[str]:
    back = in_work.look_back
    sides = (
        ("In work", in_work.in_work, back.in_work),
        ("Out of work", in_work.out_of_work, back.out_of_work),
        ("Neither", in_work.other, back.other or back.in_work),
    )
    for words, roles, length in sides:
        if roles:
            days = f"{length} up to the index date{say_since(length, index)}"
            yield f"{words}: an entry in the {days} with the role {say_roles(roles)}."
    yield "Conflicting: the newest entries are from the same day and say different things."
    yield "Nothing recorded: there is no such entry."


def _action(in_work: InWork) -> str:
    if in_work.action == "flag":
        return "This is shown to the reviewer. It does not leave anyone out."
    return "Only 'in work' leaves someone out. The other answers do not."


def _asked(heading: str, questions: tuple[str, ...]) -> Section:
    return Section(heading, tuple(bullets(map(sentence, questions))))


def _reasons(rule: Rule) -> Section:
    return Section("Why a reviewer may reject someone", tuple(bullets(f"{reason}." for reason in rule.reasons)))


def _lists(checked: CheckedRule) -> Iterator[str]:
    for name, codelist in sorted(checked.codelists.items()):
        questions = len(codelist.metadata.values.get("to_approve", ()))
        open_yet = f" Questions a clinician must still answer: {questions}." if questions else ""
        size = "1 code or name" if len(codelist.entries) == 1 else f"{len(codelist.entries)} codes or names"
        yield f'"{codelist.title}" ({name}), version {codelist.version}, {size}.{open_yet}'
