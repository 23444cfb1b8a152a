"""The page a practice manager reads: one file, with no script and nothing about any one patient."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from pipeline.files.private import create_private
from pipeline.pages.render import render_html
from pipeline.quality.count.periods import TAIL, TAIL_DAYS
from pipeline.quality.count.profile import CheckedPractice
from pipeline.quality.judge.finding import Finding, Kind, Level
from pipeline.quality.report.findings_text import FINDING_TEXTS
from pipeline.quality.report.item_text import ROWS, format_day, format_month
from pipeline.quality.report.model import PAGE_NAME, Report
from pipeline.quality.report.summary import count_practices, count_things

_TEMPLATE = Path(__file__).with_name("page.html")
MOST_TABLES = 10  # practices shown month by month; of more, only those with a month that is too low
FEW = 3  # practices of one finding before their list comes after what to do
_AFTER = {Kind.LIST_CHANGED, Kind.LIST_EMPTY, Kind.STEP_EMPTIES}
_AGAINST_LAST = {Kind.PRACTICE_GONE, Kind.PATIENTS_CHANGED, Kind.VOLUME_CHANGED, Kind.LIST_CHANGED}
_GROUPS = {Level.STOP: "What stops the search", Level.WARN: "What to know before using the lists"}
_TAGS = {Level.STOP: "Stops the search", Level.WARN: "Warning"}
_MONTHS = tuple(name.capitalize() for name in ROWS.values())


def write_page(report: Report, folder: Path, name: str = PAGE_NAME) -> None:
    """One HTML file, private."""
    with create_private(folder / name) as file:
        file.write(render(report).encode())


def render(report: Report) -> str:
    return render_html(_TEMPLATE, _page(report))


def _page(report: Report) -> dict[str, object]:
    heading = _heading(report)
    columns = ("Registered patients", *_MONTHS, *(("Names on the list",) if report.listed is not None else ()))
    return {
        "what": "extract check",
        "title": f"{heading} – Casefinder",
        "heading": heading,
        "verdict": report.verdict,
        "summary": list(_summary(report)),
        "groups": list(_groups(report)),
        "practice_columns": columns,
        "practices": [_practice_row(report, place) for place in report.practices],
        "month_columns": _MONTHS,
        "months": [_month_table(report, place) for place in _shown(report)],
        "notes": report.notes,
        "checks": list(_checks(report)),
        "footer": "This page contains counts, and nothing about any one patient. Small counts are exact, so keep it in "
        f"the practice. Format: {report.format or 'not recognised'}. Thresholds: {report.thresholds[:12]}.",
    }


def _heading(report: Report) -> str:
    if any(one.kind is Kind.UNREADABLE for one in report.findings):
        return "The extract could not be read"
    if report.verdict == Level.STOP:
        return (
            "The search went ahead although the check would have stopped it"
            if report.despite
            else "The extract cannot be used as it is"
        )
    count = count_things(report.findings)
    if not count:
        return "The extract passed every check"
    return f"The extract can be used, with {'one warning' if count == 1 else f'{count} warnings'}"


def _summary(report: Report) -> Iterable[str]:
    if report.newest:
        number = len(report.practices)
        yield f"Extract of {format_day(report.newest)}, {'one practice' if number == 1 else f'{number} practices'}."
    if report.stops:
        yield "Casefinder makes no lists from this extract. The lists of the last run have not changed."
    elif report.verdict == Level.STOP:
        yield "Someone chose to search it anyway (--despite-quality). Every list says so."
    elif report.findings:
        yield "Casefinder can search this extract. Read the warnings before anyone uses the lists."
    else:
        yield "You do not need to do anything."
    if report.compared_with:
        yield f"It was compared with the extract of {format_day(report.compared_with)}."
    elif report.practices:
        yield "It was not compared with an earlier extract."


def _groups(report: Report) -> Iterable[dict[str, object]]:
    for level in Level:
        own = [one for one in report.findings if one.level is level]
        if own:
            cards = list(_cards(report, level, own))
            yield {"heading": f"{_GROUPS[level]} ({len(cards)})", "cards": cards}


def _cards(report: Report, level: Level, own: list[Finding]) -> Iterable[dict[str, object]]:
    """One for each kind: what to do and who to ask are the same for all practices."""
    names = {place.practice_id: place for place in report.practices}
    for kind, findings in groupby(own, key=lambda one: one.kind):
        same = list(findings)
        yield {
            "level": level,
            "tag": _TAGS[level],
            "heading": FINDING_TEXTS[kind].looked_for,
            "first": _count_practices(same),
            "findings": [
                {"place": _place(names.get(one.practice), one.practice), "what": one.what, "since": one.since}
                for one in same
            ],
            "do": same[0].do,
            "ask": same[0].ask,
        }


def _count_practices(same: list[Finding]) -> str:
    """What stands before the advice where the practices would push it off the screen."""
    number = count_practices(same)
    return f"Found at {number} practices, which are listed below." if number > FEW else ""


def _place(place: CheckedPractice | None, practice: str) -> str:
    if not practice:
        return "The whole extract"
    return f"{place.name} ({practice})" if place and place.name else f"Practice {practice}"


def _practice_row(report: Report, place: CheckedPractice) -> dict[str, object]:
    tables = [("patient", "registered"), *((table, "rows") for table in ROWS)]
    totals = [report.profile.totals(*each).get((place.practice_id, "")) for each in tables]
    numbers = [f"{row.n:,}" if row else "0" for row in totals]
    if report.listed is not None:
        names = report.listed.get(place.practice_id)
        numbers.append("not searched" if names is None else f"{names:,}")
    return {
        "place": _place(place, place.practice_id),
        "extract_date": format_day(place.extract_date),
        "numbers": numbers,
    }


def _shown(report: Report) -> list[CheckedPractice]:
    """All practices if there are few, else those with a month that is too low."""
    low = {one.practice for one in report.findings if one.kind is Kind.MONTH_LOW}
    if len(report.practices) <= MOST_TABLES:
        return list(report.practices)
    return [place for place in report.practices if place.practice_id in low][:MOST_TABLES]


def _month_table(report: Report, place: CheckedPractice) -> dict[str, object]:
    low = {
        (one.item, name)
        for one in report.findings
        if one.kind is Kind.MONTH_LOW and one.practice == place.practice_id
        for name in one.months
    }
    counts = {
        (table, row.month): row.n
        for table in ROWS
        for row in report.profile.where(table, "rows")
        if row.practice == place.practice_id
    }
    rows = [
        {
            "month": f"Last {TAIL_DAYS} days" if name == TAIL else format_month(name),
            "cells": [{"number": f"{counts.get((t, name), 0):,}", "low": (t, name) in low} for t in ROWS],
        }
        for name in place.periods
    ]
    return {"place": _place(place, place.practice_id), "rows": rows}


def _checks(report: Report) -> Iterable[dict[str, str]]:
    for kind, words in FINDING_TEXTS.items():
        found = sum(one.kind is kind for one in report.findings)
        yield {"name": words.looked_for, "outcome": f"Found: {found}" if found else _unfound(kind, report)}


def _unfound(kind: Kind, report: Report) -> str:
    if kind is not Kind.UNREADABLE and not report.practices:
        return "Not checked"
    if kind in _AFTER and report.listed is None:
        return "Not checked: no lists were made"
    if kind in _AGAINST_LAST and report.compared_with is None:
        return "Not checked: no earlier run was given"
    return "Nothing found"
