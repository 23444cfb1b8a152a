"""The comparison with thresholds: our own, Great Expectations', and the plain reading of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.quality.judge.breaches import Breach, bounds_of, find_breaches, limits_of
from pipeline.quality.judge.expectations import validate
from pipeline.quality.judge.finding import Kind, Level
from pipeline.quality.judge.intervals import Measured
from pipeline.quality.judge.thresholds import read_shipped_thresholds

THRESHOLDS = read_shipped_thresholds()
KINDS = sorted(set(Kind) - {Kind.UNREADABLE})
MEASURES = st.builds(
    Measured,
    kind=st.sampled_from(KINDS),
    item=st.sampled_from(("", "event", "patient.nhs_number", "event.value", "prescription.quantity")),
    n=st.integers(0, 3000),
    base=st.integers(0, 3000),
    weight=st.floats(0.01, 3),
)


def worst(one: Measured) -> Level | None:
    """Whatever the value is, the bounds are asked about."""
    bounds = bounds_of(one, THRESHOLDS)
    return next((each.level for each in limits_of(one, THRESHOLDS) if bounds and each.is_passed_by(*bounds)), None)


@given(MEASURES)
def test_chance_need_not_be_asked_about_within_the_limits(one: Measured) -> None:
    assert find_breaches([one], THRESHOLDS) == [Breach(one, level) for level in [worst(one)] if level]


def test_great_expectations_finds_the_same() -> None:
    measures = [
        Measured(kind=kind, item=item, n=n, base=base, weight=weight)
        for kind in KINDS
        for item in ("", "event", "patient.nhs_number")
        for n, base, weight in (
            (0, 1000, 1.0),
            (500, 1000, 0.5),
            (1000, 1000, 1.0),
            (3, 4, 1.0),
            (90, 30, 0.1),
            (1, 0, 1),
        )
    ]
    found = find_breaches(measures, THRESHOLDS)
    assert {one.level for one in found} == set(Level)
    validate(measures, THRESHOLDS, found)
    with pytest.raises(RuntimeError):
        validate(measures, THRESHOLDS, found[1:])
