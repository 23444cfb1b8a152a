"""The rule in plain English: every construct with its numbers, roles and lists, and never the opposite of the rule."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates import Duration
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.defaults import DEFAULTS
from pipeline.rules.describe import HELPS, HINDERS, describe
from pipeline.rules.describe_layout import TIED, WIDTH, Item
from pipeline.rules.describe_tree import Teller
from pipeline.rules.describe_window import say_window
from pipeline.rules.expression import AllOf, AnyOf, CountFrom, CountOf, Expression, Not
from pipeline.rules.load import load_rule
from pipeline.rules.selection import Rows
from pipeline.search.windows import Window

INDEX = date(2026, 11, 20)
RULE = """\
rule: trial
version: 3
title: A trial
study: {name: Trial}
population: {}
criteria:
  pain: {events: {codelist: pain}}
  asked: %s
include: %s
"""


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four little code lists: `pain` and `drugs` without roles, `fit-notes` and `work` with them."""
    folder = tmp_path_factory.mktemp("lists")
    rows = {
        "pain": ("Painful things", "", ["82423001,snomed,Pain,"]),
        "drugs": ("Strong pills", "", ["Codeine,name,Codeine,,codeine", "Morphine,name,Morphine,,morphine"]),
        "fit-notes": (
            "Notes",
            "not_fit, may_be_fit, duration_days, duration_weeks, duration_months",
            ["82423001,snomed,Note,not_fit"],
        ),
        "work": ("Jobs", "employed, unemployed, retired", ["82423001,snomed,Job,employed"]),
    }
    for name, (title, roles, lines) in rows.items():
        header = "code,system,term,role" + (",substance" if name == "drugs" else "")
        (folder / f"{name}.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        about = f"title: {title}\nversion: '7'\n" + (f"roles: [{roles}]\n" if roles else "")
        (folder / f"{name}.yaml").write_text(about, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def instep() -> CheckedRule:
    return check_rule(load_rule(Path("instep")))


def told(folder: Path, lists: Path, criterion: str, include: str = "{all: [pain, asked]}", more: str = "") -> str:
    """What is said of a rule with one criterion of interest, on the index date, as running text."""
    path = folder / "trial.yaml"
    path.write_text(RULE % (criterion, include) + more, encoding="utf-8")
    return " ".join(" ".join(describe(check_rule(load_rule(path), lists), INDEX)).split())


EVER = "at any time up to 20 November 2026, dated or not"
PAIN, PILLS = '"Painful things" (pain, version 7)', '"Strong pills" (drugs, version 7)'


@pytest.mark.parametrize(
    "criterion, words",
    [
        ("{events: {codelist: pain}}", f"At least one record from {PAIN}, {EVER}."),
        ("{events: {codelist: pain}, at_least: 1}", f"At least one record from {PAIN}, {EVER}."),
        ("{events: {codelist: pain}, at_least: 3}", f"On at least 3 different dates: records from {PAIN}, {EVER}."),
        ("{events: {codelist: pain}, at_most: 0}", f"No record from {PAIN}, {EVER}."),
        (
            "{events: {codelist: pain}, at_most: 2}",
            f"On at most 2 different dates, or none at all: records from {PAIN}, {EVER}.",
        ),
        (
            "{events: {codelist: pain}, at_least: 1, at_most: 2}",
            f"On at least 1 and at most 2 different dates: records from {PAIN}, {EVER}.",
        ),
        (
            "{events: {codelist: pain}, at_least: 3, count: rows}",
            f"At least 3 records, each counted even on one day, from {PAIN}, {EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs}, at_most: 5, count: issues}",
            f"At most 5 prescriptions, or none at all, each counted even on one day, from {PILLS}, {EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs}, at_least: 2, count: drugs}",
            f"At least 2 different drugs: prescriptions from {PILLS}, {EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs, value: {at_least: 56}}}",
            f"At least one prescription from {PILLS} with a quantity of at least 56, {EVER}.",
        ),
        (
            "{events: {codelist: pain, value: {at_least: 7, at_most: 10}, within: 1 year}}",
            f"At least one record from {PAIN} with a value of at least 7 and at most 10, in the 1 year up to the "
            "index date (20 November 2025 to 20 November 2026).",
        ),
        (
            "{events: {codelists: [pain, work], roles: [employed, retired], before: 3 months}}",
            f'At least one record from {PAIN} or "Jobs" (work, version 7) with the role "employed" or "retired", '
            "on or before the day 3 months before the index date (up to 20 August 2026).",
        ),
        (
            "{events: {codelist: pain, within: 1 year, before: 3 months}, persists: 90 days}",
            f"Records from {PAIN}, from 1 year to 3 months before the index date (20 November 2025 to 20 August "
            "2026); from the first of them to the last at least 90 days.",
        ),
        (
            "{events: {codelist: pain, between: {from: 2024-02-29, to: 6 weeks}}}",
            f"At least one record from {PAIN}, from 29 February 2024 to the day 6 weeks before the index date "
            "(29 February 2024 to 9 October 2026).",
        ),
        (
            "{events: {codelist: pain, between: {to: 2030-01-01}}}",  # no row after the index date ever counts
            f"At least one record from {PAIN}, on or before 1 January 2030 (up to 20 November 2026).",
        ),
        (
            "{events: {codelist: pain, between: {from: 2026-11-21}}}",
            f"At least one record from {PAIN}, from 21 November 2026 to the index date (no day at all, on this index "
            "date).",
        ),
        (
            "{events: {codelist: pain}, after: {criterion: pain, date: last, within: 30 days}}",
            f'At least one record from {PAIN}, {EVER}; dated from the last date of "pain" to 30 days after it.',
        ),
        (
            "{latest: {codelist: work, roles: [unemployed]}}",
            f'Of all the records from "Jobs" (work, version 7), {EVER}, the newest has the role "unemployed".',
        ),
        (
            "{certificates: {roles: [not_fit, may_be_fit], within: 12 months},"
            " spell: {gap: 7 days, lasts: 42 days, assume: 28 days}}",
            'A spell of 42 days or more covered by certificates from "Notes" (fit-notes, version 7) with the role "not '
            'fit" or "may be fit". It counts, whole, when any of its days lies in the 12 months up to the index date '
            "(20 November 2025 to 20 November 2026). Notes with 7 days or less between them are one spell. A note "
            "without a length is taken to last 28 days.",
        ),
    ],
)
def test_each_construct_is_said_with_its_numbers_roles_and_lists(
    tmp_path: Path, lists: Path, criterion: str, words: str
) -> None:
    assert f"2. Asked. {words}" in told(tmp_path, lists, criterion)


def test_marks_and_sources_are_said(tmp_path: Path, lists: Path) -> None:
    proxy = "{events: {codelist: pain}, mark: proxy, because: pills are not pain, source: 'Smith 2020'}"
    assert "Only a proxy. Pills are not pain. Source: Smith 2020." in told(tmp_path, lists, proxy)
    assert "Asked. No record" in (said := told(tmp_path, lists, "{events: {codelist: pain}, at_most: 0}"))
    assert "Only a proxy" not in said and said.count("Computable from the record.") == 2


def test_what_leaves_someone_out_is_never_said_under_what_must_be_there(tmp_path: Path, lists: Path) -> None:
    said = told(tmp_path, lists, "{events: {codelist: work}}", "pain", "exclude: [asked, {not: pain}]\nflag: [pain]\n")
    there, out = said.split("What leaves someone out, in this order")
    out, shown = out.split("What is shown to the reviewer")
    assert HELPS in there and HINDERS not in there and "Asked." not in there and "Pain. At least one" in there
    assert HINDERS in out and "1. Asked. At least one record" in out
    assert "2. This does not hold: - Pain. As said above." in out
    assert "These decide nothing." in shown and "- Pain. As said above." in shown


def test_a_rule_that_leaves_nobody_out_says_so(tmp_path: Path, lists: Path) -> None:
    said = told(tmp_path, lists, "{events: {codelist: work}}")
    assert "What leaves someone out Nothing." in said and "The rule does not look at it." in said
    assert "What is shown to the reviewer" not in said and "Of any age." in said


WORK = """\
in_work:
  codelists: [work]
  look_back: {in: 24 months, out: 12 months}
  in: [employed]
  out: [unemployed]
  other: [retired]
  action: %s
"""


def test_work_is_shown_or_leaves_out_as_the_rule_says(tmp_path: Path, lists: Path) -> None:
    flagged = told(tmp_path, lists, "{events: {codelist: work}}", "pain", WORK % "flag")
    assert "This is shown to the reviewer and leaves nobody out." in flagged and "1. In work" not in flagged
    excluded = told(tmp_path, lists, "{events: {codelist: work}}", "pain", "exclude: [asked]\n" + WORK % "exclude")
    assert "2. In work, by the newest record" in excluded and "leaves nobody out" not in excluded
    for said in (flagged, excluded):
        assert 'In work: the role "employed", believed for 24 months (since 20 November 2024).' in said
        assert 'Out of work: the role "unemployed", believed for 12 months (since 20 November 2025).' in said
        # `other` is believed as long as `in` unless the rule says otherwise.
        assert 'Neither: the role "retired", believed for 24 months (since 20 November 2024).' in said


def test_the_rest_of_a_rule_is_said(tmp_path: Path, lists: Path) -> None:
    more = """\
        changes: [{on: 2026-03-01, what: 4 became 6}]
        ask: [Wants to work]
        reviewer: ["Would a letter do harm?"]
    """
    said = told(tmp_path, lists, "{events: {codelist: work}}", "pain", dedent(more))
    assert "Rule trial, version 3, for the study Trial." in said and "1 March 2026: 4 became 6." in said
    assert "must be asked - Wants to work. For the reviewer to judge - Would a letter do harm? How" in said
    assert '"Painful things" (pain), version 7, 1 codes or names.' in said
    # `asked` is in no tree, but may give others their dates: it is said all the same.
    assert "Also named These decide nothing by themselves" in said and "- Asked. At least one record" in said
    assert all(default in said for default in DEFAULTS)


def test_population_is_said_with_its_dates(tmp_path: Path, lists: Path) -> None:
    path = tmp_path / "trial.yaml"
    text = RULE % ("{events: {codelist: pain}}", "{all: [pain, asked]}")
    population = "population: {registered: {type: temporary, for: 3 months}, age: {from: 18, to: 64}}"
    path.write_text(text.replace("population: {}", population), encoding="utf-8")
    checked = check_rule(load_rule(path), lists)
    said = " ".join(" ".join(describe(checked, INDEX)).split())
    assert "as a temporary patient" in said
    assert "Registered for at least 3 months: since 20 August 2026 or earlier." in said
    # 64 until the day before the 65th birthday, 21 November 2026; 18 on a birthday of 20 November.
    assert "Aged 18 to 64 on the index date, both included: born 21 November 1961 to 20 November 2008." in said
    relative = " ".join(" ".join(describe(checked)).split())
    assert "Registered for at least 3 months." in relative and "20 November" not in relative.split("How every rule")[0]


def test_a_rules_own_words_cannot_steer_a_terminal(tmp_path: Path, lists: Path) -> None:
    path = tmp_path / "trial.yaml"
    text = RULE % ("{events: {codelist: pain}}", "{all: [pain, asked]}")
    path.write_text(text.replace("A trial", '"A\\e[31m trial\\n\\rof"'), encoding="utf-8")
    lines = describe(check_rule(load_rule(path), lists))
    assert lines[0] == "A [31m trial of" and all(line.isprintable() for line in lines)


NAMES = st.sampled_from(["pain", "asked"])
TREES: st.SearchStrategy[Expression] = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(all=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(any=tuple(parts))),
        inner.map(lambda part: Not.model_validate({"not": part})),
        st.tuples(st.integers(1, 3), st.lists(inner, min_size=1, max_size=3)).map(
            lambda said: CountOf(count_of=CountFrom(n=min(said[0], len(said[1])), of=tuple(said[1])))
        ),
    ),
    max_leaves=8,
)


def read_back(items: list[Item]) -> Expression:
    """The tree that a reader understands from the paragraphs: what is said, and what stands further in below it."""
    head, *below = items
    starts = [number for number, item in enumerate(below) if item.indent == below[0].indent]
    parts = [read_back(below[a:b]) for a, b in pairwise([*starts, len(below)])]
    if head.text == "All of these hold:":
        return AllOf(all=tuple(parts))
    if head.text == "At least one of these holds:":
        return AnyOf(any=tuple(parts))
    if head.text == "This does not hold:":
        return Not.model_validate({"not": parts[0]})
    if found := re.fullmatch(rf"At least (\d+) of these {len(parts)} hold:", head.text):
        return CountOf(count_of=CountFrom(n=int(found[1]), of=tuple(parts)))
    return head.text.split(".")[0].lower()


@settings(deadline=None)
@given(tree=TREES)
def test_a_tree_reads_back_as_it_was_written(tree: Expression, instep: CheckedRule) -> None:
    teller = Teller(instep, None, told={"pain", "asked"})  # told already: only the tree's own words are of interest
    assert read_back(list(teller.tell(tree))) == tree


LENGTHS = st.builds(
    Duration,
    st.integers(0, 40),
    st.sampled_from(["days", "weeks", "months", "years"]),  # type: ignore[arg-type]
)
DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@settings(deadline=None)
@given(data=st.data(), index=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_window_says_the_days_that_a_search_looks_at(data: st.DataObject, index: date) -> None:
    written: dict[str, object] = {"codelist": "pain"}
    if data.draw(st.booleans()):
        ends = st.one_of(st.none(), DAYS, LENGTHS)
        between = {"from": data.draw(ends), "to": data.draw(ends)}
        written |= {"between": between} if any(end is not None for end in between.values()) else {}
    else:
        written |= {"within": data.draw(st.none() | LENGTHS), "before": data.draw(st.none() | LENGTHS)}
    rows = Rows.model_validate(written)
    window = Window.of(rows, index)
    # The days stand last, in brackets; those that the rule itself gives stand before.
    said = say_window(rows, index).replace(TIED, " ").split("(")[-1]
    first, last = (day and f"{(d := date.fromordinal(day)).day} {d:%B %Y}" for day in (window.first, window.last))
    if window.ever:
        assert said == f"at any time up to {last}, dated or not"
    elif window.first is None:
        assert said == f"up to {last})"
    else:
        assert said == (f"{first} to {last})" if window.first <= window.last else "no day at all, on this index date)")


def test_no_line_is_too_long_for_a_terminal_or_a_page(instep: CheckedRule) -> None:
    lines = describe(instep, INDEX)
    assert max(map(len, lines)) <= WIDTH and not any(line != line.rstrip() for line in lines)
    assert not any("\u2500" <= letter <= "\u259f" for line in lines for letter in line)  # no boxes drawn


GOLDEN = """\
People with chronic pain who may be out of work
  Rule instep, version 1, for the study InSTEP (ISRCTN30094062).
  Read on the index date 20 November 2026. Every window includes both of its end days.

Who is looked at
  - A real record, not a test one.
  - Alive on the index date.
  - Registered with the practice on the index date as a regular patient.
  - Registered for at least 3 months: since 20 August 2026 or earlier.
  - Aged 18 to 64 on the index date, both included: born 21 November 1961 to
    20 November 2008.

What must be there
  A row in doubt (without an exact date, or confidential) counts here only where it
  certainly does; under 'This does not hold', wherever it possibly does.
  All of these hold:
     1. At least one of these holds:
        1. Pain core. At least one record from "Chronic pain said outright, and
           neuropathic pain" (chronic-pain, version 1), in the 5 years up to the index
           date (20 November 2021 to 20 November 2026).
           Computable from the record. Source: 002 (Holmes et al. 2020): a search for
           pain codes is the first route; the 5 years are ours.
        2. Pain persisted. Records from "Painful conditions that count only if they
           last" (painful-condition, version 1), in the 5 years up to the index date
           (20 November 2021 to 20 November 2026); from the first of them to the last at
           least 3 months.
           Only a proxy. Recorded twice, 3 months apart or more, is not the same as
           having hurt all the time between. Source: 002 and 000 (Holmes et al. 2020):
           pain is chronic after 3 months.
     2. Pain drugs. On at least 4 different dates: prescriptions from "Opioid
        analgesics" (opioids, version 2) or "Gabapentin and pregabalin" (gabapentinoids,
        version 2), in the 12 months up to the index date (20 November 2025 to
        20 November 2026).
        Only a proxy. These medicines stand for pain that lasts, and gabapentinoids are
        given for epilepsy and anxiety too. Source: 002 (Holmes et al. 2020): both
        families; 4 in 12 months as the Leeds and Bradford cohort (PMC4874107).
     3. Off work. A spell of 42 days or more covered by certificates from "Fit notes and
        other sickness certificates, by what they say" (fit-notes, version 1) with the
        role "not fit" or "unspecified". It counts, whole, when any of its days lies in
        the 12 months up to the index date (20 November 2025 to 20 November 2026). Notes
        with 7 days or less between them are one spell. A note without a length is taken
        to last 28 days.
        Only a proxy. Certificates are issued for benefits and for employers alike, and
        say nothing of having a job. Source: 002 (Holmes et al. 2020): pain and
        certified sickness, which finds the wrong people; NHS Digital: the gap.

What leaves someone out, in this order
  Any one of these is enough. The first that holds is given as the reason; all that hold
  are kept.
  A row in doubt (without an exact date, or confidential) counts here wherever it
  possibly does; under 'This does not hold', only where it certainly does.
  1. Cancer. At least one record from "Cancer (malignant disease)" (cancer, version 1),
     in the 5 years up to the index date (20 November 2021 to 20 November 2026).
     Only a proxy. Having had cancer is not the same as having pain from it. Source: 004
     (Froud et al. 2020): non-cancer pain; Bruhn et al. 2013 left cancer pain out too.
  2. Palliative care. Of all the records from "Palliative and end of life care, and its
     end" (palliative, version 1), at any time up to 20 November 2026, dated or not, the
     newest has the role "palliative".
     Computable from the record. Source: Bruhn et al. 2013 left out people who are
     dying, as GPs do when they look through a list.
  3. Opioid substitution. At least one prescription from "Medicines for opioid
     dependence" (opioid-substitution, version 1), in the 12 months up to the index date
     (20 November 2025 to 20 November 2026).
     Only a proxy. Drug services supply most of it, and what they supply is not in the
     practice's record. Source: Bruhn et al. 2013 left out a history of addiction, the
     Leeds and Bradford cohort (PMC4874107) its treatment.
  4. Research declined. Of all the records from "Research: declined, invited, enrolled"
     (research-contact, version 1), at any time up to 20 November 2026, dated or not,
     the newest has the role "declined".
     Only a proxy. The code does not say which study was declined, so a refusal of any
     counts. Source: Health Research Authority and UKCRD, a refusal to hear of research
     is recorded and kept to.
  5. Type 1 dissent. Of all the records from "Type 1 opt-out and its withdrawal"
     (type-1-dissent, version 1), at any time up to 20 November 2026, dated or not, the
     newest has the role "dissent".
     Computable from the record. Source: Our own, until a site decides otherwise: the
     opt-out is about data that leave the practice.

What is shown to the reviewer
  These decide nothing.
  A row in doubt (without an exact date, or confidential) counts here wherever it
  possibly does; under 'This does not hold', only where it certainly does.
  - Dementia. At least one record from "Dementia" (dementia, version 1), at any time up
    to 20 November 2026, dated or not.
    Computable from the record. Source: Our own, for the reviewer.
  - Severe mental illness. At least one record from "Severe mental illness"
    (severe-mental-illness, version 1), at any time up to 20 November 2026, dated or
    not.
    Computable from the record. Source: Our own, for the reviewer: Bruhn et al. 2013
    left it out, IPS was made for it.
  - Learning disability. At least one record from "Learning disability"
    (learning-disability, version 1), at any time up to 20 November 2026, dated or not.
    Computable from the record. Source: 004 (Froud et al. 2020): two people could not
    take part for language or learning.
  - Safeguarding. At least one record from "Adult safeguarding" (safeguarding, version
    1), at any time up to 20 November 2026, dated or not.
    Computable from the record. Source: Our own, for the reviewer.
  - Interpreter needed. At least one record from "Interpreter needed"
    (interpreter-needed, version 1), at any time up to 20 November 2026, dated or not.
    Computable from the record. Source: 004 (Froud et al. 2020): English enough to
    consent; a reason to write differently, not to leave out.

What the record says of work
  The newest record from "Employment status, where a record has it" (employment, version
  1) or "Fit notes and other sickness certificates, by what they say" (fit-notes,
  version 1) decides, among those that are still believed:
  - In work: the role "employed", "self employed", "sick leave", "may be fit" or "back
    to work", believed for 24 months (since 20 November 2024).
  - Out of work: the role "unemployed", "not in labour force" or "unable", believed for
    12 months (since 20 November 2025).
  - Neither: the role "retired" or "student", believed for 24 months (since
    20 November 2024).
  - Conflicting: the newest records say different things on one day. Nothing recorded:
    there are none.
  This is shown to the reviewer and leaves nobody out.

Never in the record: must be asked
  - Out of work for at least 3 months.
  - Wants to work.

For the reviewer to judge
  - In work, as far as you know.
  - The pain has not lasted 3 months, or comes from cancer.
  - A letter about work would do harm now: a crisis, a bereavement, a terminal illness.
"""


def test_instep_in_full(instep: CheckedRule) -> None:
    """The text a GP signs, up to the sentences that are the same for every rule. Read it when you change the rule."""
    said = "\n".join(describe(instep, INDEX))
    assert said.split("\n\nHow every rule is read")[0] == GOLDEN.strip()
