"""Has Great Expectations judge an extract when it comes, by the same measures and limits as our own comparison.

Great Expectations takes seconds to import, so a search of a store whose deliveries were judged does without it. It
receives only counts and limits, never a patient's value; its reports are not used, and it opens no connection.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable, Iterator
from typing import Any

from pipeline.quality.judge.breaches import Breach, bounds_of, limits_of
from pipeline.quality.judge.finding import Level
from pipeline.quality.judge.intervals import Measured
from pipeline.quality.judge.thresholds import Thresholds

_SEVERITY = {Level.STOP: "critical", Level.WARN: "warning"}
_PLACE, _GREATER, _LESSER = "place", "greater", "lesser"  # columns of the frame
_Row = tuple[int, str, float, float]  # and "level" between the first two


def validate(measures: Iterable[Measured], thresholds: Thresholds, found: Collection[Breach]) -> None:
    """Raises RuntimeError if Great Expectations finds anything else: one of the two is wrong, and that is our bug."""
    known = list(measures)
    rows = [row for place, one in enumerate(known) for row in _rows(place, one, thresholds)]
    failed = _validate(rows) if rows else {}
    if [Breach(known[place], failed[place]) for place in sorted(failed)] != list(found):
        raise RuntimeError("Great Expectations does not find what the comparison finds")


def _rows(place: int, one: Measured, thresholds: Thresholds) -> Iterator[_Row]:
    """For each side and level that has a limit, what must not be less than what. `place`: which measure it is."""
    limits = list(limits_of(one, thresholds))
    if not limits or (span := bounds_of(one, thresholds)) is None:
        return
    for limit in limits:
        pair = (span[1], limit.value) if limit.is_least else (limit.value, span[0])
        yield (place, str(limit.level), *pair)


def _validate(rows: list[_Row]) -> dict[int, Level]:
    """The places of the measures that fail, and at which level."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    frame = pd.DataFrame(rows, columns=[_PLACE, "level", _GREATER, _LESSER])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("measures")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name="quality", expectations=[*_expect({row[1] for row in rows})]))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="quality", data=batch, suite=suite))
    result = validation.run(
        batch_parameters={"dataframe": frame},
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [_PLACE],
            "include_unexpected_rows": False,
        },
    )
    return _failed(result.results)


def _expect(levels: Container[str]) -> Iterator[Any]:
    """One expectation for each level, whatever the kinds: each one costs as much as thousands of rows."""
    from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
        ExpectColumnPairValuesAToBeGreaterThanB,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

    for level in (level for level in Level if level in levels):
        yield ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=_GREATER,
            column_B=_LESSER,
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            row_condition=Column("level") == str(level),
            severity=FailureSeverity(_SEVERITY[level]),
        )


def _failed(results: Iterable[Any]) -> dict[int, Level]:
    failed: dict[int, Level] = {}
    for each in results:
        _refuse_exception(each.exception_info)
        level = Level.STOP if each.expectation_config.severity == _SEVERITY[Level.STOP] else Level.WARN
        for row in each.result.get("unexpected_index_list") or ():
            place = int(row[_PLACE])
            failed[place] = Level.STOP if Level.STOP in (level, failed.get(place)) else Level.WARN
    return failed


def _refuse_exception(info: Any) -> None:
    """An expectation that could not be evaluated found nothing. That is our bug, not a clean extract."""
    told = info or {}
    shapes = [told, *(each for each in told.values() if isinstance(each, dict))]
    if any(each.get("raised_exception") for each in shapes):
        raise RuntimeError("an expectation could not be evaluated")
