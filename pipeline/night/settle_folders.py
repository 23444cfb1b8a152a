"""Makes a study's run folders and the ledger agree. Removes only what was certainly never published.

Anything else that the ledger does not know stops the night: an older copy of the ledger may have been put back, or the
output folder may belong to another site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AuditError
from pipeline.files.publish import PARTIAL
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import PublishedRun, published_runs
from pipeline.night.proof import FoundProof, Proof, complete, describe, find_proof, hash_of, write_first
from pipeline.night.run_folders import folder_hash, is_run_name, is_unchanged, remove_folder
from pipeline.runs.paths import RunPaths, study_folder, study_folders


@dataclass(frozen=True)
class _Folder:
    """A folder among a study's runs. `run`: the ledger's run of that name. `found`: its proof."""

    path: Path
    run: PublishedRun | None
    found: FoundProof | None
    is_known: bool
    is_unpublished: bool


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


def settle(ledger: Ledger, output: Path, study: str) -> tuple[int, list[Path]]:
    """Remove what was never published, finish removals that were begun, and complete the proofs of published runs.

    Returns how many folders were removed, and those recorded as removed but kept because they were changed.
    """
    removed, changed = 0, []
    for one in list(_look(ledger, output, study)):
        if one.is_unpublished:
            removed += remove_folder(one.path)
        elif one.run and one.run.is_removed:
            if is_unchanged(one.path, one.run):
                removed += remove_folder(one.path)
            else:
                changed.append(one.path)
        elif one.run:
            _prove(ledger, study, one.path, one.run)
    return removed, changed


def _look(ledger: Ledger, output: Path, study: str) -> Iterator[_Folder]:
    folder = study_folder(output, study)
    runs = published_runs(ledger, study)
    paths = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    yield from (_examine(ledger, path, runs) for path in paths)


def _examine(ledger: Ledger, path: Path, runs: Sequence[PublishedRun]) -> _Folder:
    found = find_proof(ledger, path)
    run = next((one for one in runs if one.folder == path.name), None)
    if path.name.startswith(PARTIAL):
        return _Folder(path, None, found, is_known=True, is_unpublished=True)
    if found:
        is_known = _is_proven(ledger, found.proof, runs)
        is_known = is_known and (run is not None or not is_run_name(path.name))
    else:
        is_known = run is not None or not is_run_name(path.name)
    is_unpublished = not is_known and run is None and _was_never_recorded(ledger, path, found)
    return _Folder(path, run, found, is_known or is_unpublished, is_unpublished)


def _is_proven(ledger: Ledger, proof: Proof | None, runs: Sequence[PublishedRun]) -> bool:
    """Whether the ledger has the run. If the study's folder was renamed, only the proof says which study it is."""
    if not proof:
        return False
    ours = {(one.number, one.folder, one.fingerprint) for one in (*runs, *published_runs(ledger, proof.study))}
    return (proof.run, proof.folder, proof.contents) in ours


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
