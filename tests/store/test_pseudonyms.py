"""A store for a network holds nobody's name, number or birthday, and yet the same people are one."""

from __future__ import annotations

import hmac
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.codes.nhs_number import is_valid_number
from pipeline.errors import StoreError
from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.manifest import read_manifest
from pipeline.store.open import load_rows, open_store
from pipeline.store.pseudonyms import read_key
from tests.extracts.emis_folder import (
    JO,
    ORG,
    OTHER_ORG,
    SAM,
    Tables,
    guid,
    observation,
    organisation,
    patient,
    rows,
    small_extract,
    write_delivery,
)

KEY = bytes(range(1, 33))
SECRETS = {
    "NhsNumber": "9990000018",
    "PatientNumber": "471147",
    "Title": "Dr",
    "GivenName": "Quirina",
    "Surname": "Xanthopoulos",
    "HouseNameFlatNumber": "Zigzag House",
    "NumberAndStreet": "77 Yonder Way",
    "Village": "Vexford",
    "Town": "Wexville",
    "County": "Quuxshire",
    "Postcode": "ZZ99 9ZZ",
    "MobilePhone": "07700900999",
    "EmailAddress": "quirina@example.org",
    "DateOfBirth": "1980-02-29",
}


def extract(folder: Path) -> Path:
    tables = small_extract(
        Admin_Patient=[
            patient(**SECRETS, UsualGpUserInRoleGuid=guid(1, "E")),
            patient(JO, OTHER_ORG, **SECRETS),
            patient(SAM, NhsNumber="9990000019"),
        ],
        Admin_Organisation=[organisation(), organisation(OTHER_ORG, "B82002")],
        Admin_UserInRole=[{"UserInRoleGuid": guid(1, "E"), "OrganisationGuid": ORG, "Surname": "Ablegp"}],
        CareRecord_Observation=[observation(1), observation(2, of=SAM), observation(3, of=guid(77))],
    )
    return write_delivery(folder, tables, 1, "20261119013000")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    build_store(extract(tmp_path / "bulk"), folder, Settings(key=KEY))
    return folder


def opened(store: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_rows(con, open_store(con, store, read_manifest(store)))
    return con


def test_no_file_of_the_store_holds_a_secret(store: Path) -> None:
    """Read through the format, since compression would hide a text from a search of the bytes."""
    seen = []
    for path in store.rglob("*.parquet"):
        for row in rows(duckdb.connect(), f"SELECT * FROM '{path}'"):
            seen += [str(value) for value in row if value is not None]
    seen.append((store / "manifest.json").read_text(encoding="utf-8"))
    secrets = {*SECRETS.values(), "Ablegp", JO.strip("{}"), SAM.strip("{}"), str(date(1980, 2, 29).toordinal())}
    assert "Backache" in seen  # or nothing was looked at
    assert {secret for secret in secrets if any(secret.lower() == text.lower() for text in seen)} == set()
    long = {secret for secret in secrets if len(secret) > 5}
    assert {secret for secret in long if any(secret.lower() in text.lower() for text in seen)} == set()


def test_one_number_is_one_pseudonym_in_every_practice(store: Path) -> None:
    columns = "practice_id, nhs_number, date_of_birth, birth_precision"
    found = rows(opened(store), f"SELECT {columns} FROM patient ORDER BY ALL")
    month = date(1980, 2, 1).toordinal()
    digest = hmac.digest(KEY, b"nhs number 9990000018", "sha256").hex()
    assert ("B82002", f"valid:{digest}", month, "month") in found
    assert ("A81001", f"valid:{digest}", month, "month") in found
    (other,) = [str(number) for _, number, *_ in found if number != f"valid:{digest}"]
    assert other.startswith("invalid:")
    assert is_valid_number(f"valid:{digest}") and not is_valid_number(other)


def test_rows_stay_with_their_patients_and_a_delta_finds_them(store: Path, tmp_path: Path) -> None:
    """Sam leaves; somebody comes whose observation was waiting; one row is deleted and one is new."""
    before = "SELECT count(*) FROM event JOIN patient USING (person_row)"
    assert rows(opened(store), before) == [(2,)]
    delta: Tables = {
        "Admin_UserInRole": [],
        "Admin_Patient": [{"PatientGuid": SAM, "OrganisationGuid": ORG, "Deleted": "true"}, patient(guid(77))],
        "CareRecord_Observation": [observation(1, Deleted="true"), observation(4)],
    }
    apply_folder(write_delivery(tmp_path / "night", delta, 2, "20261120013000"), store, Settings(key=KEY))
    con = opened(store)
    assert rows(con, "SELECT count(*) FROM patient") == [(3,)]
    assert rows(con, "SELECT source_key FROM event ORDER BY 1") == [(guid(3, "B"),), (guid(4, "B"),)]


def test_another_key_or_none_is_refused(store: Path, tmp_path: Path) -> None:
    folder = write_delivery(tmp_path / "night", {"Admin_UserInRole": []}, 2, "20261120013000")
    before = (store / "manifest.json").read_bytes()
    for settings in (Settings(), Settings(key=KEY[::-1])):
        with pytest.raises(StoreError, match="Give the key file it was built with"):
            apply_folder(folder, store, settings)
    assert (store / "manifest.json").read_bytes() == before
    assert KEY.hex() not in before.decode()


def test_a_store_with_names_takes_no_key(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    build_store(extract(tmp_path / "bulk"), store, Settings())
    with pytest.raises(StoreError, match="Leave out --pseudonymise"):
        apply_folder(tmp_path / "bulk", store, Settings(key=KEY))


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [(b"short", 0o600, "has 5 bytes"), (b"k" * 32, 0o644, "chmod 600"), (None, 0o600, "cannot be read")],
)
def test_a_key_file_that_will_not_do(tmp_path: Path, content: bytes | None, mode: int, said: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(StoreError, match=said):
        read_key(path)
