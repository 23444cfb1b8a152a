"""Explaining, on a plain extract small enough to work out by hand. The index date is 20 November 2026."""

from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.errors import UsageError
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.commands import casefinder

pytestmark = pytest.mark.usefixtures("no_quality")

TABLES = {
    "practice": """
        practice_id,name,supplier,extract_date
        A00001,First,Test,2026-11-20
        B00002,Second,Test,2026-11-20
    """,
    # 1 and 2 are one person, who has moved to the second practice. 3 is the example of every miss, 4 of a withheld row.
    "patient": """
        person_row,practice_id,patient_id,nhs_number,local_number,date_of_birth,birth_precision,registered_from,registered_to,date_of_death,registration_type,is_test,is_restricted
        1,A00001,a,9990000018,11,1980-06-15,day,2010-01-01,,,regular,0,0
        2,B00002,b,9990000018,22,1980-06-15,day,2020-01-01,,,regular,0,0
        3,A00001,c,9990000026,33,1980-06-15,day,2010-01-01,,,regular,0,0
        4,A00001,d,9990000034,44,1980-06-15,day,2010-01-01,,,regular,0,1
    """,
    "code": """
        code_id,snomed,term,is_medicine
        1,82423001,Chronic pain,0
        2,751481000000104,Not fit for work,0
        3,,Codeine 30mg tablets,1
        4,363346000,Malignant neoplastic disease,0
        5,224363007,Employed,0
        6,396275006,Osteoarthritis,0
    """,
    "code_parent": """
        code_id,parent_id
        6,1
    """,
    "event": """
        person_row,code_id,date,date_precision,is_confidential
        1,1,2025-03-01,day,0
        1,2,2026-03-01,day,0
        1,2,2026-03-22,day,0
        2,1,2025-03-01,day,0
        2,2,2026-03-01,day,0
        2,2,2026-03-22,day,0
        2,5,2026-01-01,day,1
        3,1,2019-02-03,day,0
        3,6,2026-01-01,day,0
        3,6,2026-02-01,day,0
        3,2,2026-03-01,day,0
        3,4,2026-11-21,day,0
        4,4,2026-01-01,day,1
    """,
    "prescription": """
        person_row,code_id,date,date_precision,kind,is_confidential
        1,3,2026-01-01,day,acute,0
        1,3,2026-02-01,day,acute,0
        1,3,2026-03-01,day,acute,0
        1,3,2026-04-01,day,acute,0
        2,3,2026-01-01,day,acute,0
        2,3,2026-02-01,day,acute,0
        2,3,2026-03-01,day,acute,0
        2,3,2026-04-01,day,acute,0
        3,3,2026-01-01,day,acute,0
        3,3,2026-02-01,day,acute,0
    """,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "extract").mkdir()
    for name, text in TABLES.items():
        (folder / "extract" / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    run_search(SearchOptions(source=Source(folder / "extract"), rule=Path("instep"), out=folder / "run"))
    return folder / "run"


def told(run: Path, number: str) -> list[str]:
    return [line for one in explain(run, number) for line in describe(one)]


def line(lines: list[str], beginning: str) -> str:
    return next(text.strip() for text in lines if text.strip().startswith(beginning))


def test_one_person_is_listed_where_they_are_registered_now(run: Path) -> None:
    lines = told(run, "999 000 0018")
    assert lines[1] == "Not listed: the rule is met, but another registration of the same person counts"
    second = lines[lines.index("Practice B00002, rule instep version 2, index date 20/11/2026") :]
    assert second[1] == "Listed: every step is met"
    assert line(second, "01/03/2026 to") == (
        "01/03/2026 to 18/04/2026: 2 notes, off work at least 21 days by the dates of the notes, "
        "49 if the last lasted 28"
    )


def test_the_nearest_miss_of_every_kind(run: Path) -> None:
    lines = told(run, "33")
    assert lines[1] == "Not listed. The first step not met: pain core or pain persisted"
    assert line(lines, "no  Pain core") == (
        "no  Pain core: 1 row, none certainly in the window; the newest is 03/02/2019"
    )
    assert line(lines, "no  Pain persisted") == (
        "no  Pain persisted: no one condition has enough entries by itself, far enough apart"
    )
    assert line(lines, "no  Pain drugs") == "no  Pain drugs: 2 of 4 dates needed"
    assert line(lines, "no  Off work") == (
        "no  Off work: the longest spell in the window is 28 of 42 days: "
        "01/03/2026 to 28/03/2026: 1 note without a length, 28 days if it lasted 28"
    )
    assert line(lines, "no  Palliative care") == "no  Palliative care: no such entry in the record"


def test_a_day_that_cannot_be_is_shown_as_it_is_written(run: Path) -> None:
    lines = told(run, "33")
    at = next(number for number, text in enumerate(lines) if text.strip() == "yes Cancer")
    assert lines[at + 1].strip() == "Malignant neoplastic disease (dated 21/11/2026, which cannot be)  [file 1 13]"


def test_a_confidential_row_is_shown_without_its_wording(run: Path) -> None:
    lines = told(run, "44")
    at = next(number for number, text in enumerate(lines) if text.strip() == "yes Cancer")
    assert lines[at + 1].strip() == "confidential row, wording withheld 01/01/2026  [file 1 14]"  # line 14 of event.csv
    assert not any("neoplastic" in text for text in lines)


def test_the_list_withholds_confidential_wording_too(run: Path) -> None:
    text = (run / "lists" / "B00002" / "invitation-list.csv").read_text(encoding="utf-8-sig")
    assert "in_work,Recorded as in work: a confidential entry, 1 Jan 2026." in text.replace(chr(34), "")
    assert "employed" not in text


def test_nobody_by_that_number(run: Path) -> None:
    with pytest.raises(UsageError, match="No record of this run"):
        explain(run, "55")


def test_the_number_need_not_stand_where_every_account_can_read_it(run: Path, tmp_path: Path) -> None:
    (tmp_path / "number").write_text("\ufeff999 000 0018\r\n", encoding="utf-8")
    typed = casefinder("explain", "--run", run, "--patient", "999", "000", "0018").stdout
    assert "Listed: every step is met" in typed
    assert casefinder("explain", "--run", run, piped="999 000 0018\n").stdout == typed
    assert casefinder("explain", "--run", run, "--patient-file", "-", piped="9990000018").stdout == typed
    assert casefinder("explain", "--run", run, "--patient-file", tmp_path / "number").stdout == typed


def test_a_person_at_the_keyboard_is_asked_for_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def answer(_: str, **how: object) -> str:
        asked.append(how)
        return "9990000018"

    monkeypatch.setattr("cli.explain._is_at_the_keyboard", lambda: True)
    monkeypatch.setattr("typer.prompt", answer)
    assert "Listed: every step is met" in casefinder("explain", "--run", run).stdout
    assert asked == [{"hide_input": True, "err": True}]


@pytest.mark.parametrize("words", [(), ("--patient-file", "-"), ("--patient-file", "."), ("--patient-file", "gone")])
def test_no_number_is_no_question(run: Path, words: tuple[str, ...]) -> None:
    done = casefinder("explain", "--run", run, *words)
    assert done.returncode == 2 and "--patient-file" in done.stderr


def test_two_numbers_are_refused(run: Path) -> None:
    done = casefinder("explain", "--run", run, "--patient", "1", "--patient-file", "-")
    assert done.returncode == 2 and "not both" in done.stderr
