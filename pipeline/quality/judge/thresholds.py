"""When a count is too high or too low: `thresholds.yaml`, each with its reason."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.quality.judge.finding import Kind, Level

FILE = Path(__file__).with_name("thresholds.yaml")
_Number = Annotated[float, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Strict):
    """Beyond `warn` there is a warning; beyond `stop` the run ends. Either may be absent."""

    warn: _Number | None = None
    stop: _Number | None = None

    def of(self, level: Level) -> float | None:
        return self.stop if level is Level.STOP else self.warn


class Threshold(_Strict):
    """The limits on both sides. `clump`: how many rows come together."""

    least: Limits = Limits()
    most: Limits = Limits()
    clump: Annotated[float, Field(ge=1)] = 1

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """A stop must lie beyond its warning."""
        least, most = self.least, self.most
        if least.warn is not None and least.stop is not None and least.stop >= least.warn:
            raise ValueError("least: stop must lie below warn")
        if most.warn is not None and most.stop is not None and most.stop <= most.warn:
            raise ValueError("most: stop must lie above warn")
        return self


class Check(Threshold):
    """A kind's threshold and its reason. `items`: different thresholds for some items."""

    reason: Annotated[str, Field(min_length=20)]
    one_in: Annotated[float, Field(gt=1)] | None = None
    items: dict[str, Threshold] = {}

    def for_item(self, item: str) -> Threshold:
        return self.items.get(item, self)


class Thresholds(_Strict):
    """All thresholds. `sha256`: of the file they were read from."""

    one_in: Annotated[float, Field(gt=1)]
    checks: dict[Kind, Check]
    sha256: str = ""

    @model_validator(mode="after")
    def every_kind(self) -> Self:
        """Every kind has a threshold, except files that could not be read."""
        missing = set(Kind) - set(self.checks) - {Kind.UNREADABLE}
        if missing or Kind.UNREADABLE in self.checks:
            raise ValueError(f"every kind but '{Kind.UNREADABLE}' needs a threshold: {', '.join(sorted(missing))}")
        return self

    def one_in_of(self, kind: Kind) -> float:
        return self.checks[kind].one_in or self.one_in


@cache
def read_shipped_thresholds() -> Thresholds:
    """The thresholds that come with Casefinder."""
    return read_thresholds(FILE)


def read_thresholds(path: Path) -> Thresholds:
    """Raises pydantic's ValidationError for a malformed file. The file is ours, so that is a bug."""
    data = path.read_bytes()
    said = yaml.safe_load(data)
    return Thresholds.model_validate({**said, "sha256": sha256(data).hexdigest()})
