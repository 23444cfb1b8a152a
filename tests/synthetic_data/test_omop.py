"""The files of a synthetic OMOP database. That they say what the EMIS files say: tests/extracts/test_omop_agrees.py."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from synthetic_data import generate
from synthetic_data.files import open_private
from synthetic_data.omop.tables import HEADERS
from synthetic_data.omop.write import start_omop
from synthetic_data.order import Order, draw_agreement
from synthetic_data.population import rates
from synthetic_data.population.practices import draw_practices
from synthetic_data.population.truth import HEADER

EXTRACT_DATE = date(2026, 11, 20)


def write_omop(out: Path, patients: int, practices: int, seed: int) -> Path:
    """The database and its truth.csv from the pieces of `generate`: the same seed, the same people."""
    generating = sys.modules["synthetic_data.generate"]  # the package's name for it is the function
    out.mkdir(mode=0o700)
    rng = np.random.default_rng([seed, 0])
    draw_agreement(rng)
    drawn = draw_practices(rng, practices)
    with open_private(out / "truth.csv") as truth:
        truth.write(",".join(HEADER).encode() + b"\r\n")
        run = generating._Run(seed, EXTRACT_DATE, drawn, start_omop(Order(out, drawn, EXTRACT_DATE, rng)), truth)
        for chunk, first in enumerate(range(0, patients, rates.CHUNK)):
            generating.write_chunk(run, chunk, min(rates.CHUNK, patients - first))
    return out


def test_the_files(tmp_path: Path) -> None:
    folder = write_omop(tmp_path / "omop", 600, 3, 12)
    generate("emis", patients=600, practices=3, seed=12, out=tmp_path / "emis")
    vocabulary = ("concept", "concept_ancestor", "concept_relationship")
    names = {f"{table.upper() if table in vocabulary else table}.csv" for table in HEADERS}
    assert {path.name for path in folder.iterdir()} == names | {"truth.csv"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert (folder / "truth.csv").read_bytes() == (tmp_path / "emis" / "truth.csv").read_bytes()
    assert (folder / "CONCEPT.csv").read_bytes().splitlines()[1].split(b"\t")[-3:] == [b"19700101", b"20991231", b""]
    for table in set(HEADERS) - set(vocabulary):
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            read = csv.DictReader(file, strict=True)
            assert tuple(read.fieldnames or ()) == HEADERS[table]
            key = next((name for name in HEADERS[table] if name == f"{table}_id"), "")
            seen = Counter(row[key] for row in read if key)
            assert not key or (len(seen) > 0 and max(seen.values()) == 1)


def test_the_same_seed_the_same_bytes_in_chunks_and_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row numbers do not meet across chunks, and the first chunk is the same whatever comes after it."""
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 150)
    few, again, more = (
        write_omop(tmp_path / name, size, 2, 5) for name, size in (("few", 150), ("again", 150), ("more", 280))
    )
    for path in few.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()
        assert (more / path.name).read_bytes().startswith(path.read_bytes())
    with (more / "drug_exposure.csv").open(encoding="utf-8", newline="") as file:
        numbers = [row["drug_exposure_id"] for row in csv.DictReader(file)]
    assert len(set(numbers)) == len(numbers)
