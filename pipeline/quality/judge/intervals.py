"""Counts as numbers to hold against a threshold, with what chance may have done to them taken off.

A practice of 300 has months without a fit note, and one wrong NHS number among five is no fault of a feed. So of a
share and a rate the bounds are asserted on, not the value: the least and the most that they may be in truth. A ratio of
two counts is asserted on only where chance does not explain that it is not 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.quality.judge.finding import Kind


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a kind of finding is about. Meaning of the counts by `HOW` of its kind:

    share: `n` of `base`. rate: `n` events of `base` people. ratio: `n` where `base * weight` is usual, and `base` was
    counted. plain: `n` itself.
    """

    kind: Kind
    practice: str = ""
    item: str = ""
    month: str = ""
    n: int
    base: float
    weight: float = 1.0

    @property
    def of(self) -> float:
        return self.base * self.weight


Bounds = tuple[float, float]
_RATES = {Kind.PRACTICE_ZERO, Kind.LIST_SILENT}
_RATIOS = {
    Kind.MONTH_LOW, Kind.COLUMN_FADED, Kind.PATIENTS_CHANGED, Kind.VOLUME_CHANGED, Kind.LIST_CHANGED, Kind.LIST_EMPTY,
}  # fmt: skip
_PLAIN = {Kind.EXTRACT_OLD, Kind.PRACTICE_GONE}


def find_bounds(one: Measured, one_in: float, clump: float) -> Bounds | None:
    """The least and the most it may be; None where nothing can be said.

    `one_in`: how rarely chance alone may lead beyond. `clump`: how many rows come together, as do those of one visit.
    """
    if one.kind in _PLAIN:
        return one.n, one.n
    if one.base <= 0:
        return None
    return _bounds_of(one.kind)(one, 1 / one_in, clump)


def _bounds_of(kind: Kind) -> Callable[[Measured, float, float], Bounds | None]:
    if kind in _RATIOS:
        return _ratio
    return _rate if kind in _RATES else _share


def _share(one: Measured, alpha: float, clump: float) -> Bounds:
    """Clopper and Pearson's interval."""
    from scipy.stats import beta

    n, rest = one.n / clump, max(0.0, one.base - one.n) / clump
    low = beta.ppf(alpha, n, rest + 1) if n > 0 else 0.0
    high = beta.isf(alpha, n + 1, rest) if rest > 0 else 1.0
    return float(low), float(high)


def _rate(one: Measured, alpha: float, clump: float) -> Bounds:
    """Garwood's interval for a Poisson count."""
    from scipy.stats import chi2

    n, people = one.n / clump, one.base / clump
    low = chi2.ppf(alpha, 2 * n) / 2 / people if n > 0 else 0.0
    return float(low), float(chi2.isf(alpha, 2 * n + 2) / 2 / people)


def _ratio(one: Measured, alpha: float, clump: float) -> Bounds | None:
    """The ratio itself where two Poisson counts of one rate would hardly differ as much, else None.

    Given their sum, the first count is then binomial.
    """
    from scipy.special import betainc

    n, base, p = one.n / clump, one.base / clump, one.weight / (1 + one.weight)
    so_few = float(betainc(base, n + 1, 1 - p))
    so_many = float(betainc(n, base + 1, p)) if n > 0 else 1.0
    ratio = one.n / one.of
    return (ratio, ratio) if min(so_few, so_many) < alpha else None
