"""No identifier and no clinical value in any message, reject or log."""

from __future__ import annotations

import logging
from itertools import product
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from tests.effort import longer, some
from tests.extracts.emis_folder import (
    ORG,
    clinical_code,
    csv_text,
    guid,
    observation,
    organisation,
    patient,
    read,
    rows,
    small_extract,
    write_extract,
)

SECRETS = ("9990000018", "Wolfeschlegel", "1814041000006118", "07700900123", "secret words", "B0000007", "A0000077")


def _with_secrets() -> dict[str, str]:
    jo = patient(guid(0x77), Surname="Wolfeschlegel", MobilePhone="07700900123")
    seen = observation(7, of=guid(0x77), CodeId="1814041000006118", AssociatedText="secret words", ProcessingId="5")
    tables = small_extract(
        Admin_Patient=[jo],
        CareRecord_Observation=[seen],
        Coding_ClinicalCode=[clinical_code("1814041000006118", Term="secret words")],
    )
    return {table: csv_text(table, some) for table, some in tables.items()}


TABLES = ("Admin_Patient", "CareRecord_Observation", "Coding_ClinicalCode")
REPLACED = (
    ('"\r\n', '\r\n"'),  # quotes out of place from the end of the header on
    ('","', '",""'),
    ("{", '"{'),
    ("-", "/"),
    ("1", "\xe9"),
    ("2026", "44706"),
    ("true", "1.5E+15"),
    ("0", "1.5E+15"),
    ("false", '"' + "9990000018" * 3),
    ("", "9990000018\0"),
)


@longer
@pytest.mark.parametrize(("replaced", "table", "times"), some(product(REPLACED, TABLES, (1, 12)), 17))
def test_nothing_of_a_patient_is_in_any_message_or_reject(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    replaced: tuple[str, str],
    table: str,
    times: int,
) -> None:
    """Each file in turn is damaged in some way, once or in every row; whatever is said, no secret is in it."""
    old, new = replaced
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in _with_secrets().items():
        head, body = text.split("\r\n", 1)
        if name == table:
            spoilt = body.replace(old, new, times) if old else new + body
            body = spoilt + (body if times == 1 else spoilt * times)
        (folder / f"{name}.csv").write_bytes((head + "\r\n" + body).encode("cp1252"))
    caplog.set_level(logging.DEBUG)
    said = []
    try:
        con, extract = read(folder)
        said = [str(extract), str(rows(con, "FROM reject"))]
    except ExtractError as error:
        said = [str(error), str(error.__cause__), str(error.__suppress_context__ or error.__context__)]
    out, err = capfd.readouterr()
    everything = "".join([*said, out, err, caplog.text])
    assert [secret for secret in SECRETS if secret in everything] == []


def test_an_organisation_is_named_by_its_code_only(tmp_path: Path) -> None:
    tables = small_extract(Admin_Organisation=[organisation(ods="A 1")])
    with pytest.raises(ExtractError) as caught:
        read(write_extract(tmp_path / "in", tables))
    assert ORG.strip("{}") not in str(caught.value)
