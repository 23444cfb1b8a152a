"""A site's settings for the unattended night: one TOML file, read and checked before anything is done."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.database import MEMORY_SIZE
from pipeline.errors import UsageError
from pipeline.files.bounded import read_small
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS
from pipeline.runs.paths import RUNS
from pipeline.tables import DEVICE

LARGEST = 100_000  # bytes
_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a setting; see docs/nightly.md for the settings there are",
    "string_pattern_mismatch": "is not written in the right form",
    "too_short": "needs at least one",
}

Days = Annotated[int, Field(ge=1, le=3_660)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StudySettings(_Strict):
    """A study: its name in the ledger and in folders, which must never change, and the rule that finds its people.

    `leave_out`: an earlier list, whose people are not listed. `leave_out_studies`: studies of the ledger whose people
    are not listed once a letter is approved or made. `separate`: it is not one of the ledger's other studies
    under a new name.
    """

    name: str = Field(pattern=_NAME)
    rule: Annotated[Path, Field(strict=False)]
    codelists: Annotated[Path, Field(strict=False)] | None = None
    accept_missing: bool = False
    leave_out: Annotated[Path, Field(strict=False)] | None = None
    leave_out_studies: tuple[str, ...] = Field(default=(), strict=False)
    separate: bool = False


class Site(_Strict):
    """Everything a night needs to know. Paths are taken from the folder of the settings file.

    `extract`: where the supplier's deliveries arrive. `deliveries`: whether each holds the changes since the last one,
    or a whole extract that replaces it. `keep_days`: how long a run's folder is kept. `compact_after`: after how many
    deliveries the store is compacted. `ended`: studies that are over, whose lists are removed.
    """

    extract: Annotated[Path, Field(strict=False)]
    store: Annotated[Path, Field(strict=False)]
    output: Annotated[Path, Field(strict=False)]
    ledger: Annotated[Path, Field(strict=False)]
    key: Annotated[Path, Field(strict=False)] | None = None
    deliveries: Literal["changes", "whole"] = "changes"
    memory: str = Field(default="", pattern=f"^({MEMORY_SIZE})?$")
    oldest_extract_days: Days = OLDEST_EXTRACT_DAYS
    keep_days: Days = 90
    compact_after: Annotated[int, Field(ge=2, le=1_000)] = 30
    ended: tuple[str, ...] = Field(default=(), strict=False)
    study: tuple[StudySettings, ...] = Field(min_length=1, strict=False)


def read_settings(path: Path) -> Site:
    """Raises UsageError that names every setting that is wrong."""
    try:
        given = tomllib.loads(read_small(path, LARGEST).decode())
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or 'it is not a file, or it is too large'}."
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file in UTF-8. Save it as one.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}.") from None
    try:
        site = Site.model_validate(given)
    except ValidationError as error:
        problems = "\n".join(f"- {_place(one['loc'])} {_say(one)}" for one in error.errors())
        raise UsageError(f"{path} cannot be used:\n{problems}") from None
    return _checked(_from_folder(site, path.resolve().parent), path)


def _place(where: tuple[int | str, ...]) -> str:
    """`study 2: rule`, counted from one."""
    if len(where) > 1 and isinstance(where[1], int):
        rest = ".".join(map(str, where[2:]))
        return f"{where[0]} {where[1] + 1}{f': {rest}' if rest else ''}"
    return ".".join(map(str, where))


def _say(problem: Any) -> str:
    return _WORDS.get(problem["type"]) or f"is wrong: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _from_folder(site: Site, folder: Path) -> Site:
    paths = {name: folder / getattr(site, name) for name in ("extract", "store", "output", "ledger")}
    studies = tuple(_study_from(study, folder) for study in site.study)
    return site.model_copy(update={**paths, "key": site.key and folder / site.key, "study": studies})


def _study_from(study: StudySettings, folder: Path) -> StudySettings:
    """A rule that is not a file is the name of a shipped one."""
    own = folder / study.rule
    lists = study.codelists and folder / study.codelists
    earlier = study.leave_out and folder / study.leave_out
    update = {"rule": own if own.exists() else study.rule, "codelists": lists, "leave_out": earlier}
    return study.model_copy(update=update)


def _checked(site: Site, path: Path) -> Site:
    names = [study.name for study in site.study]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{path}: two studies are called {twice[0]}. Give each a different name.")
    own = sorted(study.name for study in site.study if study.name in study.leave_out_studies)
    if own:
        raise UsageError(f"{path}: the study {own[0]} leaves itself out. Remove it from its leave_out_studies.")
    both = sorted({*names} & {*site.ended})
    if both:
        raise UsageError(f"{path}: the study {both[0]} has ended, but is still a [[study]]. Remove one of the two.")
    for name in filter(DEVICE.fullmatch, names):
        raise UsageError(f"{path}: a study may not be called {name}: Windows cannot make a folder of that name.")
    folders = {"extract": site.extract, "store": site.store, "output": site.output}
    # A folder that is replaced or removed whole must hold nothing else.
    files = {"ledger": site.ledger, **({"key": site.key} if site.key else {})}
    _refuse_inside(path, folders, folders)
    _refuse_inside(path, files, {**folders, "output": site.output / RUNS})
    return site


def _refuse_inside(path: Path, inner: Mapping[str, Path], outer: Mapping[str, Path]) -> None:
    for one, where in outer.items():
        for other, place in inner.items():
            if one != other and place.resolve().is_relative_to(where.resolve()):
                raise UsageError(f"{path}: {other} lies inside {one}. Give each a place of its own.")
