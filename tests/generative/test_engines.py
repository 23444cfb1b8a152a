"""Generated rules and records: the SQL engines and the oracle make the same of everybody.

`make prove` runs many more examples, different each time.
"""

from hypothesis import given

from tests.effort import effort, longer
from tests.generative.pool import PRACTICES
from tests.generative.records import Example, examples
from tests.search.engines import decide

pytestmark = longer


def differences(example: Example, engine: str) -> list[str]:
    """Whom the engine judges otherwise than the oracle does, and in what."""
    asked = (example.rule, example.index, example.tables, example.uses, PRACTICES)
    oracle, found = decide("in_memory", *asked), decide(engine, *asked)
    if oracle.keys() != found.keys():
        return ["not the same people"]
    said = []
    for person, decision in found.items():
        expected = oracle[person]
        truth = {key: expected.truth[key] for key in decision.truth}
        pairs = (
            (expected.passed, decision.passed),
            (truth, dict(decision.truth)),
            (expected.evidence, decision.evidence),
        )
        said += [f"{person}: expected {a}, {engine} found {b}" for a, b in pairs if a != b]
    return said


@effort(few=150, many=10_000)
@given(example=examples())
def test_sqlite_decides_as_the_oracle_does(example: Example) -> None:
    assert differences(example, "sqlite") == []


@effort(few=15, many=1_000)
@given(example=examples())
def test_duckdb_decides_as_the_oracle_does(example: Example) -> None:
    assert differences(example, "duckdb") == []
