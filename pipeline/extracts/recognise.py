"""By what an extract was recognised, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.extracts.aurum import read as aurum
from pipeline.extracts.emis import read as emis
from pipeline.extracts.emis.files import read_name
from pipeline.extracts.emis.versions import tell_version
from pipeline.extracts.explorer import read as explorer
from pipeline.extracts.model import Extract
from pipeline.extracts.omop import read as omop
from pipeline.extracts.plain import read as plain
from pipeline.extracts.tpp import read as tpp


@dataclass(frozen=True)
class Recognised:
    """`because`: which files and columns matched. `doubts`: why it is only likely; none where it is sure."""

    because: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        return not self.doubts


Told = Iterator[tuple[str, bool]]  # a sentence without its full stop, and whether it is a reason or a doubt


def recognise(extract: Extract) -> Recognised:
    """From the account of an extract that was read."""
    said = list(_TELLERS.get(extract.format, _tell_unknown)(extract))
    return Recognised(
        tuple(words for words, is_reason in said if is_reason),
        tuple(words for words, is_reason in said if not is_reason),
    )


def _tell_emis(extract: Extract) -> Told:
    files = [found for file in extract.files if (found := read_name(Path(file.name)))]
    bare = sum(not file.stamp for file in files)
    yield f"{len({file.table for file in files})} tables are named as EMIS Web names them, and have its columns", True
    if bare:
        unknown = "of which delivery and day they are, the names do not say"
        yield f"{bare} of {len(files)} files have only the name of their table: {unknown}", False
    yield tell_version(extract.version)


def _tell_tpp(extract: Extract) -> Told:
    yield (
        f"{len(extract.files)} files are named as TPP names its tables (SRPatient, SRCode), and have its columns",
        True,
    )
    yield "parts of the format are not verified on a practice's extract (docs/formats/tpp.md)", False
    if "left out" in extract.version or "like" in extract.version:
        yield "which of TPP's formats it is, columns do not settle", False


def _tell_aurum(extract: Extract) -> Told:
    yield (
        "patient, observation or issue files have columns that only CPRD Aurum has (patid, medcodeid, prodcodeid)",
        True,
    )
    yield "parts of the format are not verified against CPRD's own documents (docs/formats/aurum.md)", False
    if extract.version == "unknown":
        yield "no dictionary's name tells its build: use the dictionaries of the extract's own build", False


def _tell_explorer(extract: Extract) -> Told:
    yield "patient.csv has a date of birth and Explorer's key of a patient or registration", True
    if extract.version.startswith("older"):
        yield "observation.csv has columns that only the older tables have", True
    else:
        yield "the current models are told by the older tables' columns not being there", False
    yield "parts of the format are not verified on a real export (docs/formats/explorer.md)", False


def _tell_omop(extract: Extract) -> Told:
    yield "the table person has the columns of the Common Data Model", True
    if extract.version == "not said":
        yield "the database does not say which version of the model it is: 5.4 is taken", False
    elif not extract.version.removeprefix("cdm").strip(" v").startswith("5.4"):
        yield f"the database says version {extract.version}, and is read as 5.4", False
    yield "how it was made from the practices' records is not known, and decides what can be found", False


def _tell_plain(_: Extract) -> Told:
    yield "patient has the column person_row, and every table the columns of the plain format", True


def _tell_unknown(_: Extract) -> Told:
    yield "the names and columns of its files fit", True
    yield "nobody has said yet what settles this format", False


_TELLERS: Mapping[str, Callable[[Extract], Told]] = {
    emis.FORMAT: _tell_emis,
    tpp.FORMAT: _tell_tpp,
    aurum.FORMAT: _tell_aurum,
    explorer.FORMAT: _tell_explorer,
    omop.FORMAT: _tell_omop,
    plain.FORMAT: _tell_plain,
}
