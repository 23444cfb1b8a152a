"""Every kind of finding in words: what is wrong, what to do, whom to ask. Written for a practice manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.quality.count.periods import TAIL
from pipeline.quality.judge.finding import Failure, Kind
from pipeline.quality.report.item_text import column_of, list_of, rows_of, share, span, system_of

SUPPLIER = "The service desk of the supplier who sends the extract."
KEEPER = "Whoever keeps Casefinder for you."
STUDY = "The study team that keeps the rule and its code lists."
RECORDS = "The practice's own records or IT lead."


@dataclass(frozen=True)
class Words:
    """`looked_for`: the line of the check in the table of all checks; `what`: what of it was found."""

    looked_for: str
    what: Callable[[Failure, date], str]
    do: str
    ask: str


def _month_low(f: Failure, made_on: date) -> str:
    when = span(f.months, made_on)
    there = "There have been" if f.months[-1] == TAIL else "There are"
    if f.n == 0:
        return f"{there} no {rows_of(f.item)} {when}. About {f.of:,.0f} would be usual."
    return f"{there} only {f.n:,} {rows_of(f.item)} {when}. About {f.of:,.0f} would be usual."


def _faded(f: Failure, made_on: date) -> str:
    column, rows = column_of(f.item), rows_of(f.item)
    when = f" {span(f.months, made_on)}" if f.months else ""
    usual = f"About {f.of:,.0f} would be usual" if f.months else f"As in the last run it would be {f.of:,.0f}"
    return f"Of the {rows}{when}, {column} is filled for only {f.n:,}. {usual}."


def _changed(thing: str) -> Callable[[Failure, date], str]:
    def say(f: Failure, _: date) -> str:
        more = "more" if f.n > f.of else "fewer"
        times = f", {f.n / f.of:.1f} times as many" if f.of and f.n >= 1.5 * f.of else ""
        named = thing or rows_of(f.item)
        return f"There are far {more} {named} than in the last run: {f.n:,}, and {f.of:,.0f} then{times}."

    return say


def _zero(f: Failure, _: date) -> str:
    some = "no" if f.n == 0 else f"only {f.n:,}"
    return f"There are {some} {rows_of(f.item)} in the last twelve whole months."


def _silent(f: Failure, _: date) -> str:
    if f.n == 0:
        return f"In the records of {f.of:,.0f} patients, {list_of(f.item)} finds nothing at all."
    return f"In the records of {f.of:,.0f} patients, {list_of(f.item)} finds only {f.n:,} rows, far fewer than usual."


_AGAIN = "Ask for a new extract, and check it before the next search."

WORDS: dict[Kind, Words] = {
    Kind.UNREADABLE: Words(
        "Files that cannot be read, or were changed",
        lambda f, _: f.item,
        "Put the supplier's own files in the folder, as they came, and run again.",
        f"{SUPPLIER} If a spreadsheet was used on the files, whoever opened them.",
    ),
    Kind.EXTRACT_OLD: Words(
        "An extract that is too old",
        lambda f, _: f"The extract is {f.n:,} days old. Since then patients may have died, moved or said no.",
        "Ask why no newer extract came. Do not send letters from these lists before one has.",
        SUPPLIER,
    ),
    Kind.PRACTICE_GONE: Words(
        "A practice of the last run that is missing",
        lambda f, _: f"The practice is not in this extract. In the last run it had {f.of:,.0f} registered patients.",
        "If the practice has not left the study, ask for its files again.",
        SUPPLIER,
    ),
    Kind.PRACTICE_ZERO: Words(
        "A practice without entries, prescriptions or fit notes",
        _zero,
        "This part of the extract did not come, or not for this practice. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.NOBODY_REGISTERED: Words(
        "Hardly anybody registered now",
        lambda f, _: f"Only {share(f.n, f.of)} patient records are of somebody registered now.",
        "The type or the dates of registration were lost, or the practice has closed. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.MONTH_LOW: Words(
        "A month without entries, prescriptions or fit notes",
        _month_low,
        "The feed broke. Ask for these rows to be sent again; until then people are missing from the lists, or on them "
        "although something newer speaks against it.",
        SUPPLIER,
    ),
    Kind.COLUMN_BLANK: Words(
        "A column gone blank",
        lambda f, _: f"Of the {rows_of(f.item)}, {column_of(f.item)} is missing for {share(f.n, f.of)}.",
        "Ask whether the column was left out of the extract. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.COLUMN_FADED: Words(
        "A column that is no longer filled",
        _faded,
        "Ask what changed in the extract, and whether the column can be sent again.",
        SUPPLIER,
    ),
    Kind.CODE_UNKNOWN: Words(
        "Codes of no known system",
        lambda f, _: (
            f"Of the {rows_of(f.item)}, {share(f.n, f.of)} have a code that belongs to no system we know, so no "
            "code list can find them."
        ),
        "Ask for the full code dictionaries that belong to this extract.",
        SUPPLIER,
    ),
    Kind.CODE_DAMAGED: Words(
        "Codes that were damaged on the way",
        lambda f, _: f"Of the {system_of(f.item)} codes in use, {share(f.n, f.of)} are not written as such codes are.",
        "A program may have rounded or cut them, as spreadsheets do. Use the supplier's own files, never opened and "
        "saved again.",
        SUPPLIER,
    ),
    Kind.LIST_SILENT: Words(
        "A code list that finds nothing",
        _silent,
        "Look whether the list is of the code systems that this supplier uses, and whether its rows came.",
        f"{STUDY}",
    ),
    Kind.UNREGISTERED: Words(
        "Patients without a registration",
        lambda f, _: (
            f"{share(f.n, f.of)} patients have no day of registration. A rule that asks for a registration "
            "leaves them out."
        ),
        "Ask for the patient table again, with the dates of registration.",
        SUPPLIER,
    ),
    Kind.ROWS_ORPHANED: Words(
        "Rows of patients who are not in the extract",
        lambda f, _: f"Of the {rows_of(f.item)}, {share(f.n, f.of)} belong to patients who are not in the extract.",
        "The patient table is probably cut off, or is older than the others. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.NHS_NUMBER_INVALID: Words(
        "NHS numbers that fail their check",
        lambda f, _: (
            f"{share(f.n, f.of)} NHS numbers fail their check digit. Such a number does not tell whether two "
            "records are one person."
        ),
        "Compare some patients with the practice's system. If they are right there, ask for a new extract.",
        f"{SUPPLIER} If the numbers are wrong in the practice's system: {RECORDS.lower()}",
    ),
    Kind.NHS_NUMBER_REPEATED: Words(
        "One NHS number on two records",
        lambda f, _: (
            f"{share(f.n, f.of)} registered patients share their NHS number with another record of this practice."
        ),
        "The patient table may have been loaded twice. If the practice's own system shows the same, have the records "
        "merged.",
        f"{SUPPLIER} {RECORDS}",
    ),
    Kind.PATIENT_DATES: Words(
        "Births in the future, deaths before birth",
        lambda f, _: (
            f"{share(f.n, f.of)} patients were born in the future, died before birth or left before they came."
        ),
        "Day and month, or the century, may have been swapped. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.BEFORE_BIRTH: Words(
        "Dates before birth",
        lambda f, _: f"Of the {rows_of(f.item)}, {share(f.n, f.of)} are dated before the patient was born.",
        "Rows may stand under the wrong patient. Do not use the lists before the supplier has explained it.",
        SUPPLIER,
    ),
    Kind.IN_FUTURE: Words(
        "Dates in the future",
        lambda f, _: f"Of the {rows_of(f.item)}, {share(f.n, f.of)} are dated after the extract was made.",
        "Day and month may have been swapped. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.ROWS_REPEATED: Words(
        "The same row twice",
        lambda f, _: f"Of {f.of:,.0f} {rows_of(f.item)} looked at, {f.n:,} say the same as another one.",
        "The table may have been loaded twice. " + _AGAIN,
        SUPPLIER,
    ),
    Kind.PATIENTS_CHANGED: Words(
        "Far more or fewer registered patients than last time",
        _changed("registered patients"),
        "If no practices merged or split, part of the patient table is missing or came twice.",
        f"{SUPPLIER} {RECORDS}",
    ),
    Kind.VOLUME_CHANGED: Words(
        "Far more or fewer entries or prescriptions than last time",
        _changed(""),
        "If no practices merged or split, part of the table is missing or came twice.",
        SUPPLIER,
    ),
    Kind.LIST_CHANGED: Words(
        "A list twice or half the last one",
        _changed("names on the list"),
        "Before anybody is reviewed, find out what changed: the extract, or the practice's coding.",
        f"{STUDY} {KEEPER}",
    ),
    Kind.LIST_EMPTY: Words(
        "A list without names",
        lambda f, _: f"{f.n:,} names are on the list. By the other practices, about {f.of:,.0f} would be usual.",
        "Look in the attrition table (attrition.csv) at which step people leave, and whether the practice codes "
        "otherwise.",
        f"{STUDY} {RECORDS}",
    ),
    Kind.STEP_EMPTIES: Words(
        "A step at which everybody leaves",
        lambda f, _: f"Of {f.of:,.0f} people, {f.n:,} are left after the step '{f.item}'.",
        "What this step looks at may be missing from the extract. Compare one patient with the practice's system.",
        f"{KEEPER} {SUPPLIER}",
    ),
}
