"""The shipped rule that most tests of rules look at."""

from pathlib import Path

import pytest

from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule


@pytest.fixture(scope="module")
def instep() -> CheckedRule:
    return check_rule(load_rule(Path("instep")))
