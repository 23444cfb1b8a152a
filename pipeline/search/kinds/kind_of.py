"""From a criterion to its kind. A kind that is not named here is a type error."""

from __future__ import annotations

from typing import assert_never

from pipeline.rules.criteria import (
    CertificatesCriterion,
    Criterion,
    EventsCriterion,
    LatestCriterion,
    PrescriptionsCriterion,
)
from pipeline.search.kinds.certificates import Certificates
from pipeline.search.kinds.counted import Counted
from pipeline.search.kinds.kind import Kind
from pipeline.search.kinds.latest import Latest


def kind_of(criterion: Criterion) -> Kind:
    """What the search knows of a criterion."""
    match criterion:
        case EventsCriterion() | PrescriptionsCriterion():
            return Counted(criterion)
        case CertificatesCriterion():
            return Certificates(criterion)
        case LatestCriterion():
            return Latest(criterion)
        case _:
            assert_never(criterion)
