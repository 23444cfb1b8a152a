"""A clean extract of any format, seed and size gives no warning: one that cries wolf is not read."""

from pathlib import Path

import pytest

from pipeline.quality.check_alone import check_alone
from pipeline.quality.gate import QualityRequest
from pipeline.quality.judge.thresholds import read_shipped_thresholds
from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule
from pipeline.store.source import Source
from synthetic_data import generate
from tests.effort import longer, some
from tests.quality.damage import TODAY

RULES = ("instep", "warwick", "solent")


EXTRACTS = [
    ("emis", 300, 1, 1),
    ("emis", 300, 3, 2),
    ("emis", 5000, 2, 3),
    ("aurum", 300, 2, 4),
    ("aurum", 3000, 1, 5),
    ("explorer", 300, 1, 6),
    ("explorer", 3000, 2, 7),
    ("omop", 300, 2, 8),
    ("omop", 3000, 1, 9),
]


@longer
@pytest.mark.parametrize(("format", "patients", "practices", "seed"), some(EXTRACTS, 5))
def test_no_finding(tmp_path: Path, format: str, patients: int, practices: int, seed: int) -> None:
    generate(format, patients, practices, seed, tmp_path / "extract")
    rules = tuple(check_rule(load_rule(Path(name))) for name in RULES)
    report, error = check_alone(
        Source(tmp_path / "extract"), tmp_path / "out", QualityRequest(rules=rules, today=TODAY)
    )
    assert error is None
    assert [(one.kind, one.practice, one.item, one.n, one.of) for one in report.findings] == []
    assert report.verdict == "pass"


def test_every_threshold_has_its_reason() -> None:
    for kind, check in read_shipped_thresholds().checks.items():
        assert len(check.reason) > 40, kind
        limits = [check, *check.items.values()]
        assert any(each.least.warn or each.least.stop or each.most.warn or each.most.stop for each in limits), kind
