"""Makes a study's run folders and the ledger agree. Removes only what was certainly never published.

Anything else that the ledger does not know stops the night: an older copy of the ledger may have been put back, or the
output folder may belong to another site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AuditError
from pipeline.files.publish import PARTIAL, finish
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import PublishedRun, published_runs
from pipeline.night.proof import FoundProof, Proof, complete, describe, find_proof, hash_of, write_first
from pipeline.night.run_folders import folder_hash, is_run_name, is_unchanged, remove_folder
from pipeline.runs.paths import DO_NOT_POST, RunPaths, stopped_files, study_folder, study_folders


@dataclass(frozen=True)
class _Folder:
    """A folder among a study's runs. `run`: the ledger's run of that name. `found`: its proof.

    `is_ready`: the run is recorded, and only the folder's name is missing. `is_foreign`: no night made it.
    """

    path: Path
    run: PublishedRun | None
    found: FoundProof | None
    is_known: bool
    is_unpublished: bool = False
    is_ready: bool = False
    is_foreign: bool = False


@dataclass(frozen=True)
class Settled:
    """`removed`: how many folders were. `changed`: recorded as removed, but kept because someone changed them.

    `begun`: those of killed nights that someone changed. `foreign`: copies, notes and whatever else is there.
    """

    removed: int
    changed: tuple[Path, ...]
    begun: tuple[Path, ...]
    foreign: tuple[Path, ...]


def published_folders(output: Path) -> list[str]:
    """What may have been published there, by whatever ledger and for whatever study."""
    paths = [path for study in study_folders(output) for path in study.iterdir() if path.is_dir()]
    return [
        path.relative_to(output).as_posix() for path in paths if is_run_name(path.name) or RunPaths(path).proof.exists()
    ]


def refuse_unknown(ledger: Ledger, output: Path) -> None:
    """Raises AuditError that names every folder that may have been published and that the ledger does not know.

    Also of studies that the settings do not name: another site may write there, or the ledger be another one.
    """
    studies = [path.name for path in study_folders(output)]
    unknown = [one.path for study in studies for one in _look(ledger, output, study) if not one.is_known]
    if unknown:
        folders = "\n".join(f"- {path.relative_to(output)}" for path in unknown)
        raise AuditError(
            f"The ledger does not know these folders in {output}:\n{folders}\n"
            "An older copy of the ledger may have been put back, or this may be the output folder of another site or "
            "ledger. Nothing was changed and nothing was removed.\n"
            "If there is a newer copy of the ledger, put it back. If the settings name the wrong output folder or "
            "ledger, correct them.\n"
            "Otherwise keep these folders: people on their lists may have been reviewed or written to. Record those "
            "decisions and letters in the ledger, move the folders out of the output folder, and start the night again."
        )


def settle(ledger: Ledger, output: Path, study: str) -> Settled:
    """Remove what was never published, finish removals that were begun, and complete the runs that were recorded."""
    removed, changed, begun = 0, [], []
    found = list(_look(ledger, output, study))
    for one in found:
        if one.is_unpublished:
            removed += remove_folder(one.path)
        elif one.is_ready and one.run:
            finish(one.path, one.path.with_name(one.run.folder))
            complete(one.path.with_name(one.run.folder))
        elif one.run and one.run.is_removed:
            if is_unchanged(one.path, one.run):
                removed += remove_folder(one.path)
            else:
                changed.append(one.path)
        elif one.run:
            _prove(ledger, study, one.path, one.run)
        elif one.path.name.startswith(PARTIAL):
            begun.append(one.path)
    foreign = [one.path for one in found if one.is_foreign]
    return Settled(removed, tuple(changed), tuple(begun), (*foreign, *_foreign_files(output, study)))


def _foreign_files(output: Path, study: str) -> Iterator[Path]:
    folder = study_folder(output, study)
    ours = {*stopped_files(output, study), *folder.glob(f"*.{DO_NOT_POST}")}
    yield from sorted(path for path in folder.glob("*") if not path.is_dir() and path not in ours)


def _look(ledger: Ledger, output: Path, study: str) -> Iterator[_Folder]:
    folder = study_folder(output, study)
    runs = published_runs(ledger, study)
    paths = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    yield from (_examine(ledger, path, runs) for path in paths)


def _examine(ledger: Ledger, path: Path, runs: Sequence[PublishedRun]) -> _Folder:
    found = find_proof(ledger, path)
    if path.name.startswith(PARTIAL):
        return _examine_unfinished(path, found, runs)
    run = next((one for one in runs if one.folder == path.name), None)
    is_named = run is not None or not is_run_name(path.name)
    is_known = is_named and (not found or _is_proven(ledger, found.proof, runs))
    is_unpublished = not is_known and run is None and _was_never_recorded(ledger, path, found)
    return _Folder(path, run, found, is_known or is_unpublished, is_unpublished, is_foreign=is_known and run is None)


def _examine_unfinished(path: Path, found: FoundProof | None, runs: Sequence[PublishedRun]) -> _Folder:
    """A night was killed while it wrote the folder, before or after the run was recorded, or while it removed it."""
    proof = found.proof if found else None
    run = next((one for one in runs if proof and _facts(proof) == _facts_of(one)), None)
    if run and not run.is_removed and not path.with_name(run.folder).exists():
        return _Folder(path, run, found, is_known=True, is_ready=True)
    is_changed = bool(proof and not run and folder_hash(path) != proof.contents)
    return _Folder(path, None, found, is_known=True, is_unpublished=not is_changed)


def _facts(proof: Proof) -> tuple[int, str, str]:
    return proof.run, proof.folder, proof.contents


def _facts_of(run: PublishedRun) -> tuple[int, str, str]:
    return run.number, run.folder, run.fingerprint


def _is_proven(ledger: Ledger, proof: Proof | None, runs: Sequence[PublishedRun]) -> bool:
    """Whether the ledger has the run. If the study's folder was renamed, only the proof says which study it is."""
    if not proof:
        return False
    return _facts(proof) in {_facts_of(one) for one in (*runs, *published_runs(ledger, proof.study))}


def _was_never_recorded(ledger: Ledger, path: Path, found: FoundProof | None) -> bool:
    """A night was killed between the folder's name and the ledger's transaction.

    The ledger still holds the row before the run, so it is no older copy, and no one has changed anything since.
    """
    proof = found.proof if found and not found.is_whole else None
    if not proof or proof.folder != path.name:
        return False
    return hash_of(ledger, proof.run - 1) == proof.after and folder_hash(path) == proof.contents


def _prove(ledger: Ledger, study: str, path: Path, run: PublishedRun) -> None:
    """Runs of earlier versions have no proof. They get one if no one has changed them."""
    if not find_proof(ledger, path) and folder_hash(path) == run.fingerprint:
        write_first(ledger, path, describe(ledger, study, run.folder, run.number, run.fingerprint))
    complete(path)
