"""A rule in plain English, rendered from the rule itself, for the person who must sign it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.dates import Duration, latest_birth, shift
from pipeline.rules.check import CheckedRule
from pipeline.rules.defaults import DEFAULTS
from pipeline.rules.describe.criterion import say_lists, say_roles
from pipeline.rules.describe.layout import Item, Section, bullets, lay_out, say_date, sentence
from pipeline.rules.describe.tree import Describer
from pipeline.rules.describe.window import say_since
from pipeline.rules.model import Age, InWork, Registered, Rule
from pipeline.rules.refusals import asked_today
from pipeline.rules.selection import Selection
from pipeline.rules.wording import joined, readable, say_age

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

ORDERS = {
    "newest": "The newest certificate comes first, then the newest entry. People without either come last.",
    "name": "By surname, then by given name.",
}


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
        _limit(rule),
        _asked("Not in the record: the person must be asked", rule.ask),
        _asked("For the reviewer to judge", rule.reviewer),
        Section("The order of the list", (Item(ORDERS[rule.sort]),)),
        _reasons(rule),
        Section("How every rule is read, unless it says otherwise above", tuple(bullets(DEFAULTS))),
        Section("Code lists", tuple(bullets(_lists(checked)))),
    )
    return list(lay_out(section for section in sections if section.items))


def _about(rule: Rule, index: date | None) -> Section:
    number = f" ({rule.study.isrctn})" if rule.study.isrctn else ""
    items = [f"Rule {rule.rule}, version {rule.version}, for the study {rule.study.name}{number}."]
    if rule.extends:
        without = f", without its {joined(map(readable, rule.drop), 'and')}" if rule.drop else ""
        items.append(f"It extends the rule {rule.extends}{without}. The whole rule is given below.")
    if index:
        items.append(f"The index date is {say_date(index)}. {ENDS}")
    else:
        items.append(ENDS)
    return Section(rule.title, tuple(map(Item, items)))


def _changes(rule: Rule) -> Section:
    said = (f"{say_date(change.on)}: {sentence(change.what)}" for change in rule.changes)
    return Section("Changes", tuple(bullets(said)))


def _population(rule: Rule, index: date | None) -> Section:
    registered, age, sex = rule.population.registered, rule.population.age, rule.population.sex
    said = ["A real person, not a test record.", "Alive on the index date.", *_registered(registered, index)]
    said.append(_age(age, index) if age else "Any age.")
    said += [f"With a sex recorded as {joined(sex)}."] if sex else []
    return Section("Who the rule looks at", tuple(bullets(said)))


def _registered(registered: Registered, index: date | None) -> Iterator[str]:
    yield f"Registered with the practice on the index date as a {registered.type} patient."
    if registered.at_least:
        since = f": since {say_date(shift(index, registered.at_least, -1))} or earlier" if index else ""
        yield f"Registered for at least {registered.at_least}{since}."


def _age(age: Age, index: date | None) -> str:
    both = " inclusive" if age.youngest is not None and age.oldest is not None else ""
    said = f"Aged {say_age(age.youngest, age.oldest)}{both} on the index date"
    if not index:
        return f"{said}."
    first = None if age.oldest is None else say_date(latest_birth(index, age.oldest + 1) + timedelta(days=1))
    last = None if age.youngest is None else say_date(latest_birth(index, age.youngest))
    days = f"from {first} to {last}" if first and last else f"on {last} or earlier" if last else f"on {first} or later"
    return f"{said}: born {days}."


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
    intro = Item(
        f"The newest entry with a code from {lists} decides, whatever it says. Only then is it asked whether it is "
        "still believed. An older entry that says something else never takes its place. The entries are:"
    )
    said = (*_sides(in_work, index), *_overtaken(in_work), *_ANSWERS)
    return Section(heading, (intro, *bullets(said), Item(_action(in_work))))


_ANSWERS = (
    "Conflicting: the newest entries are from the same day and say different things. At least one is still believed.",
    "Not recent: the newest entry is no longer believed.",
    "Nothing recorded: there is no such entry.",
)


def _sides(in_work: InWork, index: date | None) -> Iterator[str]:
    sides = (("In work", in_work.in_work), ("Out of work", in_work.out_of_work), ("Neither", in_work.other))
    for words, roles in sides:
        said = [f"{say_roles(one)}, {_believed(length, index)}" for length, one in _by_look_back(in_work, roles)]
        if said:
            yield f"{words}: an entry with the role {'; or '.join(said)}."


def _by_look_back(in_work: InWork, roles: tuple[str, ...]) -> Iterator[tuple[Duration | None, tuple[str, ...]]]:
    """The roles of one side together that are believed equally long, in the rule's order."""
    lengths = {role: in_work.look_backs[role] for role in roles}
    for length in dict.fromkeys(lengths.values()):
        yield length, tuple(role for role, own in lengths.items() if own == length)


def _believed(length: Duration | None, index: date | None) -> str:
    if length is None:
        return "believed however old it is"
    return f"believed for the {length} up to the index date{say_since(length, index)}"


def _overtaken(in_work: InWork) -> Iterator[str]:
    if in_work.unless_later:
        later = in_work.unless_later
        yield (
            f"Overtaken: an entry with the role {say_roles(later.overtakes)} is no longer believed if a later "
            f"certificate with the role {say_roles(later.roles)} lasts at least {later.lasts} by its coded length."
        )


def _action(in_work: InWork) -> str:
    if in_work.action == "flag":
        return "This is shown to the reviewer. It does not leave anyone out."
    return "Only 'in work' leaves someone out. The other answers do not."


def _limit(rule: Rule) -> Section:
    limit = rule.limit
    if not limit:
        return Section("How many are listed", ())
    most = "1 new person" if limit.new_per_night == 1 else f"{limit.new_per_night:,} new people"
    by = "in a random order that is the same each night"
    if limit.order == "evidence":
        by = f"those who meet most of the criteria that must be in the record first, and otherwise {by}"
    added = "is" if limit.new_per_night == 1 else "are"
    said = (
        f"At most {most} of each practice {added} added to its list in a night, {by}. The others wait, and are counted."
    )
    return Section("How many are listed", (Item(said), Item("This takes no one off a list they are already on.")))


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
