"""How hard the generated examples try: few and the same each time, or with `CASEFINDER_LONG=1` many new ones."""

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("CASEFINDER_LONG") == "1"


def effort(few: int, many: int) -> settings:
    """Settings for so many examples. Drawing the records of eight people may be slow on a busy machine."""
    return settings(
        max_examples=many if LONG else few,
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )
