"""The first part of a search: open the store, check the extract, choose the practices, and resolve the codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.casefinding.american_medicines import count_american, warn_american
from pipeline.casefinding.options import Progress, SearchInputs
from pipeline.casefinding.quality_gates import gate_before
from pipeline.casefinding.requirements import UnmetNeed, find_unmet, refuse_unmet
from pipeline.codes.code_index import CodeIndex, read_code_index
from pipeline.extracts.future import refuse_future
from pipeline.extracts.model import Extract
from pipeline.people.searched_practices import Practice, choose_practices, index_date
from pipeline.quality.report.model import Report
from pipeline.search.input_tables import CodeUse
from pipeline.search.inputs import ResolvedCriterion, resolve_rule
from pipeline.store.manifest import Manifest
from pipeline.store.open import Opened, load_rows, open_store


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An extract that may be searched, with the rows that the rule can use loaded.

    `resolved`: what each criterion's code lists found in it. `quality`: the check of the extract, not yet of the lists.
    `accepted`: what the rule needs and the extract does not say, accepted by the person running the search. `american`:
    the warning about medicines with American names, if there are any. `named_on`: where lists are written for a past
    index date, the day on which people must be free to be named.
    """

    extract: Extract
    index: date
    practices: tuple[Practice, ...]
    resolved: Sequence[ResolvedCriterion]
    quality: Report
    accepted: Sequence[UnmetNeed]
    american: Sequence[str]
    named_on: date | None = None

    @property
    def uses(self) -> list[CodeUse]:
        """Which code counts for which criterion, and as what."""
        return [use for criterion in self.resolved for use in criterion.uses()]

    @property
    def searched(self) -> list[str]:
        """The practices that are searched."""
        return [practice.practice_id for practice in self.practices if practice.is_searched]


def prepare(
    con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest, inputs: SearchInputs, progress: Progress
) -> Prepared:
    """Raises ExtractError where the rule needs what the extract cannot say, and QualityError where a gate stops it."""
    options = inputs.options
    opened = open_store(con, store, manifest)
    newest = index_date(con, None)
    refuse_future(newest, options.clock)
    index = index_date(con, options.as_of)
    named_on = newest if index < newest and not options.counts_only else None
    practices = choose_practices(con, named_on or index, options.oldest_extract_days)
    dictionary = read_code_index(con)
    accepted = _check_needs(con, opened, dictionary, inputs, index)
    progress("Checking the extract")
    quality = gate_before(con, opened, dictionary, inputs.quality, options.out)
    resolved = resolve_rule(inputs.checked, dictionary)
    codes = {use.code_id for criterion in resolved for use in criterion.uses()}
    return Prepared(
        extract=load_rows(con, opened, codes),
        index=index,
        practices=practices,
        resolved=resolved,
        quality=quality,
        accepted=accepted,
        named_on=named_on,
        american=tuple(warn_american(count_american(inputs.checked, resolved, dictionary), dictionary)),
    )


def _check_needs(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, inputs: SearchInputs, index: date
) -> tuple[UnmetNeed, ...]:
    unmet = find_unmet(
        inputs.checked,
        opened.extract,
        dictionary,
        is_past=index < index_date(con, None),
        writes_lists=not inputs.options.counts_only,
    )
    return refuse_unmet(inputs.checked, unmet, inputs.options.accept_missing)
