"""The last part of a search: the evidence behind each person, the rows of the lists, and the warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipeline.casefinding.assumed_names import AssumedNames, count_assumed
from pipeline.casefinding.given_reports import say_nominations
from pipeline.casefinding.impossible_days import say_impossible_days
from pipeline.casefinding.list_rows import build_rows, group_by_practice
from pipeline.casefinding.name_today import say_taken_off
from pipeline.casefinding.named_people import NamedPeople
from pipeline.casefinding.options import SearchInputs
from pipeline.casefinding.other_records import say_kept_off
from pipeline.casefinding.prepare import Prepared
from pipeline.casefinding.quality_gates import gate_after
from pipeline.casefinding.reasons import Reasons
from pipeline.casefinding.report_outcomes import ReportEndings, report_endings
from pipeline.casefinding.requirements import say_accepted
from pipeline.casefinding.select import Selection
from pipeline.casefinding.values_in_doubt import say_values_in_doubt
from pipeline.casefinding.waiting import say_waiting
from pipeline.casefinding.warnings import find_warnings
from pipeline.lists.row import ListRow
from pipeline.quality.gate import summarise_warnings
from pipeline.quality.report.model import Report
from pipeline.rules.titles import titles_of
from pipeline.search.engine import DuckDbEngine, Engine
from pipeline.search.evidence import gather


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """`people`: by `person_row`, the practice and the list's row of everyone listed or watched.

    `lists`: the rows of each practice's list, in the order they are reviewed. `quality`: the check of the extract and
    of the lists. `assumed`: how many names depend on an assumed length.
    """

    people: Mapping[int, tuple[str, ListRow]]
    lists: Mapping[str, Sequence[ListRow]]
    reports: Sequence[ReportEndings]
    quality: Report
    assumed: AssumedNames
    warnings: Sequence[str]


def explain(
    con: duckdb.DuckDBPyConnection, inputs: SearchInputs, prepared: Prepared, selection: Selection, named: NamedPeople
) -> Explanation:
    """Needs the tables of the selection in `con`. Raises QualityError where the lists look wrong."""
    engine = DuckDbEngine(con)
    titles = titles_of(selection.plan.rule, inputs.checked.codelists)
    people = _write_rows(engine, selection, named, titles)
    listed = (row for person, row in people.items() if person in selection.listed)
    lists = group_by_practice(listed, selection.plan.rule)
    quality = _check_lists(inputs, prepared, selection, lists)
    return Explanation(
        people=people,
        lists=lists,
        reports=report_endings(engine, selection.plan, named.matched, selection.identities),
        quality=quality,
        assumed=count_assumed(engine, selection.plan, selection.listed),
        warnings=_warn(inputs, prepared, quality, _say_rows(engine, prepared, selection)),
    )


def _write_rows(
    engine: Engine, selection: Selection, named: NamedPeople, titles: Mapping[str, str]
) -> dict[int, tuple[str, ListRow]]:
    identities = {**selection.others, **selection.identities}
    nominated = say_nominations(engine, selection.plan, named.nominations)
    wanted = (named.watched.rows | selection.identities.keys()) & identities.keys()
    rows, spells = gather(engine, selection.plan, sorted(wanted))
    reasons = Reasons(
        plan=selection.plan, titles=titles, rows=rows, spells=spells, identities=identities, nominated=nominated
    )
    return build_rows(engine, reasons)


def _check_lists(
    inputs: SearchInputs, prepared: Prepared, selection: Selection, lists: Mapping[str, Sequence[ListRow]]
) -> Report:
    if inputs.reports.only:  # the lists of chosen people say nothing about the extract
        return prepared.quality
    return gate_after(
        prepared.quality,
        names={practice: len(lists.get(practice, ())) for practice in prepared.searched},
        attrition=selection.attrition,
        plan=selection.plan,
        request=inputs.quality,
        out=inputs.options.out,
    )


def _say_rows(engine: Engine, prepared: Prepared, selection: Selection) -> Iterator[str]:
    """What there is to say about people and rows that the rule finds."""
    yield from say_kept_off(selection.identities)
    yield from say_taken_off(selection.plan, prepared, selection.identities)
    yield from say_waiting(selection.plan, selection.identities)
    yield from say_impossible_days(engine, selection.plan)
    yield from say_values_in_doubt(engine, selection.plan)


def _warn(inputs: SearchInputs, prepared: Prepared, quality: Report, of_rows: Iterable[str]) -> list[str]:
    """All warnings, the most serious first."""
    return [
        *map(say_accepted, prepared.accepted),
        *summarise_warnings(quality),
        *prepared.extract.warnings,
        *prepared.american,
        *of_rows,
        *find_warnings(prepared.practices, prepared.extract, inputs.checked, prepared.resolved),
        *(warning for report in inputs.reports.given for warning in report.warnings),
    ]
