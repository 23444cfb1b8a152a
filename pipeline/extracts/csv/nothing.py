"""What programs write where there is nothing, such as NULL or \\N, and whole numbers that one of them wrote as `12.0`.

In a column of dates, numbers, codes or marks such a word can only mean nothing. In a column of people's words it may be
a name, so there it counts as nothing only where the file itself shows that this is its word: the same word stands in a
column of the first kind, or in most rows of two columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

# In small letters: of databases (NULL, \N), pandas (NaN, NaT, None, <NA>), R (NA), spreadsheets (#N/A), SQL tools.
_WORDS = (
    *("null", "\\n", "nan", "-nan", "nat", "none", "na", "n/a", "#n/a", "#na", "<na>"),
    *("(null)", "[null]", "<null>", "\\\\n"),
)
_LIST = "(" + ", ".join(f"'{word}'" for word in _WORDS) + ")"
# Columns of people's words, by what suppliers call them; and columns of amounts, which may have a fraction.
_FREE = re.compile(
    r"(?i)(?!.*id$)(.*(title|name|term|text|street|village|town|county|locality|building|road|mapping|supplier|usual_gp)"
    r"|address_\d$|.*unit(_source_value)?$|uom$|unit_of_measure$|description$|medicationquantity$)"
)
_AMOUNT = re.compile(r"(?i)(?:.*(?<!source_)value$|value_as_number|.*quantity$|.*duration|days_supply)")
# The day of a death, or of the end of a registration or an address. A row of OMOP's `death` says by itself that a
# person died, so its date is not among them.
_END = re.compile(  # OMOP takes the late ends of its periods for open ones itself
    r"(?i)(?!death_date$)(.*death$|(emis|cprd)_ddate$|.*regend|registration_end|.*deregistration|.*deactivation"
    r"|registered_to$|dateto$)"
)
# Stand-ins for no end: any day of 9999, the first or last of a year that is far off, the last that a program knows.
_FAR = r"(20[5-9]\d|2[1-9]\d\d|[3-9]\d{3})"
_LATE = (
    rf"(9999-?\d\d-?\d\d|\d\d/\d\d/9999|\d\d? \w{{3}} 9999|{_FAR}-?(12-?31|01-?01)|(31/12|01/01)/{_FAR}"
    rf"|(31 Dec|0?1 Jan) {_FAR}|2079-?06-?06|06/06/2079|0?6 Jun 2079|2262-?04-?11|11/04/2262|11 Apr 2262)([ T].*)?"
)
# Days so early that they are stand-ins too if most rows have the same. If not, the person died on an unknown day.
_EARLY = (
    r"((0\d{3}|1[0-8]\d\d)-\d\d-\d\d|\d\d/\d\d/(0\d{3}|1[0-8]\d\d)|\d\d? \w{3} (0\d{3}|1[0-8]\d\d)"
    r"|(1900|1970)-?01-?01|01/01/(1900|1970)|0?1 Jan (1900|1970))([ T].*)?"
)
_FEWEST = 5  # rows, to say what most have
# Stand-ins for no value: -99, -9999999, -9000099; 999999 and longer; the limits of a program's numbers.
_NO_VALUE = r"(-9[09]*9|9{6,}|-?2147483647|-2147483648|-32768)(\.0+)?"
_WHOLE = r"'-?\d+\.0'"
_PROBED = 2_000  # rows, to see whether a file may have words for nothing in columns of people's words alone


@dataclass(frozen=True)
class Nothing:
    """What of a file is read otherwise than it is written, by column: the words for nothing, and how many fields.

    `whole`: the columns of whole numbers with a fraction of nought, and how many fields.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)
    fields: int = 0

    def __bool__(self) -> bool:
        return bool(self.words or self.whole)


NOTHING_ODD = Nothing()


def is_free(column: str) -> bool:
    """Whether the column holds people's words."""
    return _FREE.match(column) is not None


def is_amount(column: str) -> bool:
    """Whether the column holds amounts, which may have a fraction."""
    return _AMOUNT.match(column) is not None and not is_free(column)


def is_end(column: str) -> bool:
    """Whether the column holds the day of a death, or of the end of a registration or an address."""
    return _END.match(column) is not None


def is_whole(column: str, dates: Sequence[str]) -> bool:
    """Whether a number in the column is a whole one."""
    return not (is_free(column) or is_amount(column) or column in dates)


def may_hold(column: str, kind: str) -> bool:
    """Whether a column of this type, of a Parquet or DuckDB file, can hold what stands for nothing, such as NaN."""
    return kind in ("VARCHAR", "DOUBLE", "FLOAT") or is_end(column) or is_amount(column)


def suspect_sql(column: str, dates: Sequence[str]) -> str:
    """An aggregate: whether to look closer at a column. Cheap, because every value of every file passes through it."""
    if is_free(column):
        return "false"
    name = f'"{column}"'
    odd = (
        f"CASE WHEN {name} BETWEEN '0' AND ';' OR {name} BETWEEN '=' AND 'M' OR {name} BETWEEN 'O' AND 'Z' "
        f"OR {name} BETWEEN ']' AND 'n' THEN false ELSE {name} < 'o' END"
    )
    return f"coalesce(bool_or({odd}{_also_suspect(column, name, dates)}), false)"


def _also_suspect(column: str, name: str, dates: Sequence[str]) -> str:
    if is_end(column):
        return f" OR {_stands_in(column)}"
    if is_amount(column):
        return f" OR prefix({name}, '-') OR prefix({name}, '999999') OR {name} = '2147483647'"
    return f" OR suffix({name}, '.0')" if is_whole(column, dates) else ""


def may_be_in_words(con: duckdb.DuckDBPyConnection, rows: str, parameters: list[str], columns: Sequence[str]) -> bool:
    """Whether the first rows have a word for nothing in a column of people's words."""
    free = [column for column in columns if is_free(column)]
    if not free:
        return False
    tests = " OR ".join(f"{_is_word(column)}" for column in free)
    query = f"SELECT coalesce(bool_or({tests}), false) FROM (FROM {rows} LIMIT {_PROBED})"
    found = con.execute(query, parameters).fetchone()
    return bool(found and found[0])


def find_nothing(
    con: duckdb.DuckDBPyConnection, rows: str, parameters: list[str], columns: Sequence[str], dates: Sequence[str]
) -> Nothing:
    """Look closely at these columns of a sub-query whose columns are all text, and at its columns of people's words."""
    if not columns:
        return NOTHING_ODD
    parts = ["count(*)"]
    for column in columns:
        stands_in = _stands_in(column)
        nothing = f"{_is_word(column)} OR {stands_in}" if stands_in else _is_word(column)
        parts.append(f'histogram(trim("{column}")) FILTER ({nothing})')
        whole = f'regexp_full_match(trim("{column}"), {_WHOLE})' if is_whole(column, dates) else "false"
        parts.append(f"count(*) FILTER ({whole})")
    row = con.execute(f"SELECT {', '.join(parts)} FROM {rows}", parameters).fetchone()
    assert row is not None  # an aggregate always gives one
    counts = {column: Counter(found or {}) for column, found in zip(columns, row[1::2], strict=True)}
    return _judge(counts, int(row[0]), {c: int(n) for c, n in zip(columns, row[2::2], strict=True) if n})


def _is_word(column: str) -> str:
    return f'CASE WHEN strlen("{column}") < 64 THEN lower(trim("{column}")) IN {_LIST} ELSE false END'


def _stands_in(column: str) -> str:
    form = f"{_LATE}|{_EARLY}" if is_end(column) else _NO_VALUE if is_amount(column) else ""
    return f"regexp_full_match(trim(\"{column}\"), '(?i){form}')" if form else ""


def _is_known(column: str, word: str, n: int, rows: int) -> bool:
    """Whether the word counts: an early day only if it is that of most rows."""
    is_early = is_end(column) and re.fullmatch(_EARLY, word, re.IGNORECASE)
    return not is_early or (rows >= _FEWEST and n * 2 > rows)


def _judge(counts: Mapping[str, Counter[str]], rows: int, whole: Mapping[str, int]) -> Nothing:
    free = {column: found for column, found in counts.items() if is_free(column)}
    known = {word for column, found in counts.items() if column not in free for word in found}
    most = Counter(word for found in free.values() for word, n in found.items() if n * 2 > rows)
    known |= {word for word, times in most.items() if times > 1}
    counts = {
        column: Counter({word: n for word, n in found.items() if _is_known(column, word, n, rows)})
        for column, found in counts.items()
    }
    words = {column: tuple(sorted(found.keys() & known)) for column, found in counts.items()}
    words = {column: found for column, found in words.items() if found}
    return Nothing(words, whole, sum(counts[column][word] for column, found in words.items() for word in found))


def read_sql(nothing: Nothing, column: str, text: str) -> str:
    """The column's text, an SQL expression, as it is meant."""
    if column in nothing.words:
        words = ", ".join(f"'{word}'" for word in nothing.words[column])
        text = f"CASE WHEN trim({text}) IN ({words}) THEN NULL ELSE {text} END"
    if column in nothing.whole:
        text = f"CASE WHEN regexp_full_match(trim({text}), {_WHOLE}) THEN split_part({text}, '.', 1) ELSE {text} END"
    return text


def read_typed(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    parameters: list[str],
    columns: Sequence[str],
    dates: Sequence[str],
) -> tuple[str, Nothing]:
    """A sub-query of a Parquet or DuckDB file whose columns were cast to text, as it is meant. Others are kept."""
    nothing = find_nothing(con, rows, parameters, columns, dates)
    changed = {*nothing.words, *nothing.whole}
    quoted = {column: f'"{column}"' for column in changed}
    meant = ", ".join(f"{read_sql(nothing, column, name)} AS {name}" for column, name in quoted.items())
    return (f"(SELECT * REPLACE ({meant}) FROM {rows})" if changed else rows), nothing


def rename(nothing: Nothing, names: Mapping[str, str]) -> Nothing:
    """The same under other names: `names` has the old one of each new one."""
    words = {new: nothing.words[old] for new, old in names.items() if old in nothing.words}
    whole = {new: nothing.whole[old] for new, old in names.items() if old in nothing.whole}
    return Nothing(words, whole, nothing.fields)


def say_nothing(file: str, nothing: Nothing) -> list[str]:
    """The sentences for a person. The words are ours, so no patient's value is among them."""
    said = []
    if nothing.words:
        words = ", ".join(sorted({word for found in nothing.words.values() for word in found}))
        said.append(
            f"{file}: {nothing.fields} fields hold a word for nothing ({words}) and were read as empty, in the columns "
            f"{', '.join(nothing.words)}."
        )
    if nothing.whole:
        said.append(
            f"{file}: {sum(nothing.whole.values())} whole numbers are written with a fraction (such as 12.0) and were "
            f"read without it, in the columns {', '.join(nothing.whole)}."
        )
    return said
