"""Which fields are read as nothing, and which are somebody's name."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.extracts.csv.nothing import Nothing, find_nothing, is_free, is_whole, read_typed

COLUMNS = ("key", "born", "surname", "town")


def _find(rows: list[tuple[str | None, ...]], columns: tuple[str, ...] = COLUMNS) -> Nothing:
    con = duckdb.connect()
    names = ", ".join(f'"{column}" VARCHAR' for column in columns)
    con.execute(f"CREATE TABLE given ({names})")
    con.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(columns))})", rows)
    return find_nothing(con, "given", [], columns, ("born",))


def test_a_name_that_is_a_word_for_nothing_stays_a_name() -> None:
    """Mrs Null and Mr None exist; nothing else in their file speaks of the word."""
    assert not _find([("1", "1980-01-01", "Null", "Leeds"), ("2", "", "None", "York"), ("3", None, "NA", "Hull")])


def test_a_file_that_uses_the_word_shows_what_its_names_mean() -> None:
    found = _find([("1", "NULL", "NULL", "Leeds"), ("2", "1980-01-01", "Null", "York")])
    assert found.words == {"born": ("NULL",), "surname": ("NULL",)}
    assert found.fields == 2


def test_most_rows_of_two_columns_of_words_are_enough() -> None:
    rows: list[tuple[str | None, ...]] = [(str(n), "1980-01-01", "\\N", "\\N") for n in range(3)]
    assert _find([*rows, ("4", "1980-01-01", "Smith", "Leeds")]).words == {"surname": ("\\N",), "town": ("\\N",)}
    assert not _find([("1", "1980-01-01", "\\N", "Leeds"), ("2", "1980-01-01", "\\N", "York")])


@pytest.mark.parametrize("word", ["NULL", "nan", "NaT", " None ", "<NA>", "#N/A", "(null)"])
def test_every_spelling_is_known_in_a_date(word: str) -> None:
    assert _find([("1", word, "Smith", "Leeds")]).words == {"born": (word.strip(),)}


def test_a_whole_number_with_a_fraction_of_nought() -> None:
    found = _find([("100001.0", "1980-01-01", "5.0", "Leeds"), ("100002", "", "", "")])
    assert found.whole == {"key": 1}


def test_a_read_code_is_no_number_with_a_fraction() -> None:
    """`1371.00` is the code `1371.` and the term `00`."""
    assert not _find([("1371.00", "1980-01-01", "Smith", "Leeds"), ("246..00", "", "", "")])


def test_amounts_keep_their_fractions() -> None:
    assert not is_whole("Value", ()) and not is_whole("quantity", ()) and is_whole("CodeId", ())


def test_kinds_of_columns() -> None:
    assert all(is_free(name) for name in ("GivenName", "Title", "Term", "NumericUnit", "NameOfRoad", "address_2"))
    assert not any(is_free(name) for name in ("ReadTermId", "numunitid", "AddressType", "EmailAddress", "NhsNumber"))


def test_a_column_of_fractions_in_a_typed_file_may_hold_nan() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE given AS SELECT CAST(unnest(['100001.0', 'nan']) AS VARCHAR) AS code_id")
    sql, nothing = read_typed(con, "given", [], ["code_id"], ())
    assert con.execute(f"SELECT code_id FROM {sql}").fetchall() == [("100001",), (None,)]
    assert nothing.words == {"code_id": ("nan",)} and nothing.whole == {"code_id": 1}


def test_one_early_day_of_death_is_a_death() -> None:
    """On 1 January 1900 nobody in the extract lived: when the person died is not known, but not that they live."""
    rows: list[tuple[str | None, ...]] = [("1", "1900-01-01"), *((str(n), None) for n in range(2, 9))]
    assert not _find(rows, ("key", "DateOfDeath"))
    assert _find([(str(n), "1900-01-01") for n in range(8)], ("key", "DateOfDeath")).fields == 8


@pytest.mark.parametrize("day", ["9999-12-31", "31/12/9999", "01 Dec 9999 00:00", "2099-12-31 00:00:00", "2079-06-06"])
def test_a_day_that_never_comes_is_no_end(day: str) -> None:
    assert _find([("1", day)], ("key", "DateDeath")).words == {"DateDeath": (day,)}


def test_a_mistyped_death_is_a_death() -> None:
    assert not _find([("1", "2206-03-14"), ("2", "9202-03-14")], ("key", "DateDeath"))


@pytest.mark.parametrize("value", ["-9999999", "-9000099", "-99.00", "9999999", "-2147483648"])
def test_stand_ins_for_no_value(value: str) -> None:
    assert _find([("1", value)], ("key", "Value")).words == {"Value": (value,)}


def test_values_that_exist() -> None:
    assert not _find([("1", "-1"), ("2", "-2.5"), ("3", "999"), ("4", "-90"), ("5", "9999")], ("key", "Value"))
