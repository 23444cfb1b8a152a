"""Compares measures with their thresholds, using a Great Expectations suite over a frame of counts and bounds.

Great Expectations takes seconds to import, so it is imported only when there is something to check. It receives only
this frame, never a patient's value; its reports are not used, and it opens no connection.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.quality.judge.finding import Kind, Level
from pipeline.quality.judge.intervals import Measured, find_bounds
from pipeline.quality.judge.thresholds import Thresholds

_SEVERITY = {Level.STOP: "critical", Level.WARN: "warning"}
_ROW = "row"


@dataclass(frozen=True)
class Breach:
    """A measure beyond a threshold of this level."""

    measured: Measured
    level: Level


def find_breaches(measures: Iterable[Measured], thresholds: Thresholds) -> list[Breach]:
    """The measures beyond a threshold, each once, with the more serious level."""
    known = [(one, row) for one in measures if (row := _row(one, thresholds)) is not None]
    kinds = [kind for kind in Kind if any(one.kind is kind for one, _ in known)]
    if not kinds:
        return []
    failed = _validate([row for _, row in known], kinds)
    return [Breach(one, failed[place]) for place, (one, _) in enumerate(known) if place in failed]


def _row(one: Measured, thresholds: Thresholds) -> dict[str, object] | None:
    """A row of the frame: the bounds, and the limit for each side and level, empty if there is none."""
    limits = thresholds.checks[one.kind].for_item(one.item)
    sides = {"least": limits.least, "most": limits.most}
    found = {f"{side}_{level}": each.of(level) for side, each in sides.items() for level in Level}
    if all(limit is None for limit in found.values()):
        return None
    span = find_bounds(one, thresholds.one_in_of(one.kind), limits.clump)
    return None if span is None else {"kind": str(one.kind), "low": span[0], "high": span[1], **found}


def _validate(rows: list[dict[str, object]], kinds: list[Kind]) -> dict[int, Level]:
    """The positions of the rows that fail, and at which level."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    columns = [f"{side}_{level}" for side in ("least", "most") for level in Level]
    frame = pd.DataFrame(rows).astype({name: "float64" for name in ("low", "high", *columns)})
    frame[_ROW] = range(len(frame))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("measures")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name="quality", expectations=list(_expect(frame, kinds))))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="quality", data=batch, suite=suite))
    result = validation.run(
        batch_parameters={"dataframe": frame},
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [_ROW],
            "include_unexpected_rows": False,
        },
    )
    return _failed(result.results)


def _expect(frame: Any, kinds: list[Kind]) -> Iterator[Any]:
    """For each kind, side and level that has a limit: the bound must lie within it."""
    from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
        ExpectColumnPairValuesAToBeGreaterThanB,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

    for kind in kinds:
        own = frame[frame["kind"] == str(kind)]
        for level in Level:
            for greater, lesser in (("high", f"least_{level}"), (f"most_{level}", "low")):
                if own[[greater, lesser]].notna().all(axis=1).any():
                    yield ExpectColumnPairValuesAToBeGreaterThanB(
                        column_A=greater,
                        column_B=lesser,
                        or_equal=True,
                        ignore_row_if="either_value_is_missing",
                        row_condition=Column("kind") == str(kind),
                        severity=FailureSeverity(_SEVERITY[level]),
                    )


def _failed(results: Iterable[Any]) -> dict[int, Level]:
    failed: dict[int, Level] = {}
    for each in results:
        _refuse_exception(each.exception_info)
        level = Level.STOP if each.expectation_config.severity == _SEVERITY[Level.STOP] else Level.WARN
        for row in each.result.get("unexpected_index_list") or ():
            place = int(row[_ROW])
            failed[place] = Level.STOP if Level.STOP in (level, failed.get(place)) else Level.WARN
    return failed


def _refuse_exception(info: Any) -> None:
    """An expectation that could not be evaluated found nothing. That is our bug, not a clean extract."""
    told = info or {}
    shapes = [told, *(each for each in told.values() if isinstance(each, dict))]
    if any(each.get("raised_exception") for each in shapes):
        raise RuntimeError("an expectation could not be evaluated")
