"""Counts as numbers to compare with a threshold, allowing for chance.

A practice of 300 has months without a fit note, and one wrong NHS number in five does not mean that a feed is faulty.
So shares and rates are judged by their bounds, the lowest and the highest that the true value may be, and not by the
value. A ratio of two counts is judged only if chance does not explain why it is not 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.quality.judge.finding import Kind


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured for a kind of finding. What the counts mean depends on the kind:

    share: `n` of `base`. rate: `n` events of `base` people. ratio: `n` was counted, `base * weight` would be usual, and
    `base` was counted elsewhere. plain: `n` itself.
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


def find_value(one: Measured) -> float | None:
    """What was measured, as it is compared with a threshold; None if nothing can be said."""
    if one.kind in _PLAIN:
        return float(one.n)
    if one.base <= 0:
        return None
    return one.n / (one.of if one.kind in _RATIOS else one.base)


def find_bounds(one: Measured, one_in: float, clump: float) -> Bounds | None:
    """The lowest and the highest that the true value may be; None if nothing can be said.

    `one_in`: chance alone may exceed the bounds this rarely. `clump`: how many rows come together, as in one visit.
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
    """The ratio itself if two Poisson counts with one rate would hardly ever differ this much, else None.

    Given their sum, the first count is then binomial.
    """
    from scipy.special import betainc

    n, base, p = one.n / clump, one.base / clump, one.weight / (1 + one.weight)
    so_few = float(betainc(base, n + 1, 1 - p))
    so_many = float(betainc(n, base + 1, p)) if n > 0 else 1.0
    ratio = one.n / one.of
    return (ratio, ratio) if min(so_few, so_many) < alpha else None
