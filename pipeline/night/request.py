"""What a night is run with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.night.settings import Site


@dataclass(frozen=True, kw_only=True)
class NightRequest:
    """`despite_quality`: a person looked at the check of the extract, and wants the lists anyway."""

    site: Site
    today: date
    despite_quality: bool = False
    progress: Callable[[str], None] = lambda _: None
