"""What each kind of finding says was found: counts, never a patient's value. `made_on`: the day of the extract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipeline.quality.count.periods import TAIL
from pipeline.quality.judge.finding import Failure
from pipeline.quality.report.item_text import (
    capitalise,
    format_share,
    format_span,
    name_column,
    name_list,
    name_rows,
    name_system,
)

What = Callable[[Failure, date], str]


def say_unreadable(f: Failure, made_on: date) -> str:
    return f.item


def say_old(f: Failure, made_on: date) -> str:
    return f"The extract is {f.n:,} days old. Patients may have died, moved away or declined since it was made."


def say_gone(f: Failure, made_on: date) -> str:
    return f"The practice is not in this extract. It had {f.of:,.0f} registered patients in the last run."


def say_zero(f: Failure, made_on: date) -> str:
    some = "no" if f.n == 0 else f"only {f.n:,}"
    return f"There are {some} {name_rows(f.item)} in the last twelve whole months."


def say_nobody_registered(f: Failure, made_on: date) -> str:
    return f"Only {format_share(f.n, f.of)} patient records are of people registered now."


def say_month_low(f: Failure, made_on: date) -> str:
    there = "There have been" if f.months[-1] == TAIL else "There are"
    some = "no" if f.n == 0 else f"only {f.n:,}"
    when = format_span(f.months, made_on)
    return f"{there} {some} {name_rows(f.item)} {when}. About {f.of:,.0f} would be usual."


def say_blank(f: Failure, made_on: date) -> str:
    return f"{capitalise(name_column(f.item))} is missing for {format_share(f.n, f.of)} {name_rows(f.item)}."


def say_faded(f: Failure, made_on: date) -> str:
    filled = f"{capitalise(name_column(f.item))} is filled in for only {f.n:,} {name_rows(f.item)}"
    if f.months:
        return f"{filled} {format_span(f.months, made_on)}. About {f.of:,.0f} would be usual."
    return f"{filled}. Going by the last run, about {f.of:,.0f} would be usual."


def say_unknown_code(f: Failure, made_on: date) -> str:
    return (
        f"{format_share(f.n, f.of)} {name_rows(f.item)} have a code that belongs to no system Casefinder knows, so no "
        "code list can find them."
    )


def say_damaged_code(f: Failure, made_on: date) -> str:
    system = name_system(f.item)
    return f"{format_share(f.n, f.of)} {system} codes in use are not written as {system} codes should be."


def say_silent(f: Failure, made_on: date) -> str:
    found = "nothing at all" if f.n == 0 else f"only {f.n:,} rows, far fewer than usual"
    return f"In the records of {f.of:,.0f} patients, {name_list(f.item)} finds {found}."


def say_unregistered(f: Failure, made_on: date) -> str:
    return (
        f"{format_share(f.n, f.of)} patients have no registration date at this practice, or one that cannot be, such "
        "as 1 January 1900. A rule that asks for a registration leaves them out."
    )


def say_orphaned(f: Failure, made_on: date) -> str:
    return f"{format_share(f.n, f.of)} {name_rows(f.item)} belong to patients who are not in the extract."


def say_invalid_number(f: Failure, made_on: date) -> str:
    return (
        f"{format_share(f.n, f.of)} NHS numbers fail their check digit, so they cannot show whether two records are "
        "of one person."
    )


def say_repeated_number(f: Failure, made_on: date) -> str:
    return f"{format_share(f.n, f.of)} registered patients share their NHS number with another record of this practice."


def say_patient_dates(f: Failure, made_on: date) -> str:
    return (
        f"{format_share(f.n, f.of)} patients were born in the future, died before they were born or left before they "
        "registered."
    )


def say_before_birth(f: Failure, made_on: date) -> str:
    return f"{format_share(f.n, f.of)} {name_rows(f.item)} are dated before the patient was born."


def say_in_future(f: Failure, made_on: date) -> str:
    return f"{format_share(f.n, f.of)} {name_rows(f.item)} are dated after the extract was made."


def say_repeated(f: Failure, made_on: date) -> str:
    return f"Of {f.of:,.0f} {name_rows(f.item)} checked, {f.n:,} say the same as another one."


def say_patients_changed(f: Failure, made_on: date) -> str:
    return _say_changed("registered patients", f)


def say_volume_changed(f: Failure, made_on: date) -> str:
    return _say_changed(name_rows(f.item), f)


def say_list_changed(f: Failure, made_on: date) -> str:
    return _say_changed("names on the list", f)


def _say_changed(thing: str, f: Failure) -> str:
    more = "more" if f.n > f.of else "fewer"
    times = f", {f.n / f.of:.1f} times as many" if f.of and f.n >= 1.5 * f.of else ""
    return f"There are far {more} {thing} than in the last run: {f.n:,} now and {f.of:,.0f} then{times}."


def say_list_empty(f: Failure, made_on: date) -> str:
    there, names = ("is", "name") if f.n == 1 else ("are", "names")
    return f"There {there} {f.n:,} {names} on the list. Going by the other practices, about {f.of:,.0f} would be usual."


def say_step_empties(f: Failure, made_on: date) -> str:
    return f"Of {f.of:,.0f} people, {f.n:,} {'is' if f.n == 1 else 'are'} left after the step '{f.item}'."
