"""Reads the CSV of a code list into entries, and finds everything wrong with it.

A byte order mark, CR or CRLF line ends and a missing last line end are all accepted. Codes are text throughout.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.codes.findings import Finding, Severity, not_known
from pipeline.codes.product_names import phrase
from pipeline.codes.systems import SYSTEMS, System, canonical, clean

NEEDED = ("code", "system", "term")
COLUMNS = (*NEEDED, "meaning", "role", "include_children", "except", "substance", "note")
_YES = ("yes", "true", "1")
_NO = ("", "no", "false", "0")

Note = tuple[Severity, str]
Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Entry:
    """One row of a code list. `except_words`: words, or runs of words, that a product's name must not contain.

    `substance`: the drug in a medicine, for rules that count different drugs; None if the list does not say.
    `meaning`: what a row says, whatever the code system. A medicine's substance is its meaning.
    """

    system: System
    code: str
    term: str
    role: str | None
    include_children: bool
    except_words: tuple[str, ...]
    note: str
    line: int
    substance: str | None = None
    meaning: str | None = None

    @property
    def key(self) -> tuple[System, str]:
        """Rows with the same key are about the same code."""
        return self.system, phrase(self.code) if self.system == "name" else self.code


def read_entries(text: str, file: str) -> tuple[tuple[Entry, ...], list[Finding]]:
    """The entries of a CSV text with plain line ends, and every finding. A row with an error gives no entry."""
    records, notes = _records(text)
    findings = [Finding("error", file, line, message) for line, message in notes]
    if not records:
        return (), [
            *findings,
            Finding("error", file, 0, f"the file is empty; begin with the heading {','.join(NEEDED)}"),
        ]
    header_line, header = records[0]
    columns = _column_names(header)
    if problems := _header_problems(columns):
        return (), findings + [Finding("error", file, header_line, problem) for problem in problems]
    kept: dict[tuple[System, str], Entry] = {}
    for line, cells in records[1:]:
        entry, row_notes = _read_row(line, columns, cells)
        if entry is not None:
            row_notes += _clash(entry, kept.setdefault(entry.key, entry))
        findings += [Finding(severity, file, line, message) for severity, message in row_notes]
    if len(records) == 1:
        findings.append(Finding("error", file, 0, "the list has no codes; add a row below the heading"))
    return tuple(kept.values()), findings + _case_twins(kept.values(), file)


def _records(text: str) -> tuple[list[Record], list[tuple[int, str]]]:
    """Each record that is not blank, with the line it starts on; and what stopped the reading, if anything."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[Record] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:
        return records, [(start, "the row cannot be read: a quotation mark is left open, or is inside a cell")]
    return records, []


_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MOST_COLUMNS = 50  # each unknown one is compared with the known ones


def _column_names(header: list[str]) -> list[str]:
    """The heading, without the empty columns that a spreadsheet leaves on the right."""
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    return names


def _header_problems(columns: list[str]) -> list[str]:
    for mark, name in _OTHER_SEPARATORS.items() if len(columns) == 1 else ():
        if mark in columns[0]:
            return [f"the columns are separated by {name}; save the file with commas"]
    if len(columns) > MOST_COLUMNS:
        return [f"the heading has {len(columns):,} columns; a code list has at most {len(COLUMNS)}"]
    if not {*columns} & {*NEEDED}:  # perhaps a table of patients without its heading, so repeat none of it
        return [
            "the first line is not the heading of a code list; check that this is the right file, and begin it with "
            + ",".join(NEEDED)
        ]
    unknown = [c for c in columns if c not in COLUMNS]
    problems = [not_known("column", c, COLUMNS) for c in unknown]
    problems += [f"the column '{c}' is missing; add it to the heading" for c in NEEDED if c not in columns]
    problems += [f"the column '{c}' appears more than once; keep one" for c in COLUMNS if columns.count(c) > 1]
    if {"meaning", "substance"} <= {*columns}:
        problems.append("a medicine's substance is its meaning; keep only one of the columns 'meaning' and 'substance'")
    return problems


def _read_row(line: int, columns: list[str], cells: list[str]) -> tuple[Entry | None, list[Note]]:
    if any("\n" in cell for cell in cells):
        return None, [("error", "a cell runs on to the next line; look for a quotation mark that is left open")]
    if any(cell.strip() for cell in cells[len(columns) :]):
        return None, [("error", "there are more cells than columns; put text that contains a comma in quotation marks")]
    row = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
    if "meaning" in columns and not row["meaning"].strip():
        return None, [("error", f"code '{row['code'].strip()}' has no meaning; say which it belongs to")]
    system, notes = _read_system(row["system"])
    if system is None:
        return None, notes
    return _read_entry(line, system, row)


def _read_system(written: str) -> tuple[System | None, list[Note]]:
    word = written.strip().lower()
    for system in SYSTEMS:
        if word == system:
            return system, []
    return None, [("error", not_known("system", word, SYSTEMS))]


def _read_entry(line: int, system: System, row: dict[str, str]) -> tuple[Entry | None, list[Note]]:
    code, notes = _read_code(system, row["code"])
    children, child_notes = _read_children(system, code, row["include_children"])
    excepts, except_notes = _read_except(system, row["except"])
    notes += child_notes + except_notes
    term = row["term"].strip()
    if not term and system != "name":
        notes.append(("warning", f"code '{code}' has no term, so readers cannot tell what it means"))
    if any(severity == "error" for severity, _ in notes):
        return None, notes
    role, substance = row["role"].strip() or None, " ".join(row["substance"].lower().split()) or None
    meaning = " ".join(row["meaning"].split()) or substance
    return Entry(system, code, term, role, children, excepts, row["note"].strip(), line, substance, meaning), notes


def _read_code(system: System, written: str) -> tuple[str, list[Note]]:
    text, taken_off = clean(written)
    notes: list[Note] = [("warning", f"code '{text}': {what}") for what in taken_off]
    try:
        code = canonical(system, text)
    except ValueError as error:
        return text, [*notes, ("error", f"code '{text}' ({system}): {error}")]
    if system in ("read2", "ctv3") and code != text:
        notes.append(
            ("warning", f"code '{text}' has only {len(text)} characters; it is read with its missing dots, as '{code}'")
        )
    return code, notes


def _read_children(system: System, code: str, written: str) -> tuple[bool, list[Note]]:
    word = written.strip().lower()
    if word in _NO:
        return False, []
    if word not in _YES:
        return False, [("error", f"include_children is '{word}'; use yes or no")]
    if system in ("bnf", "name"):
        return False, [
            ("error", f"a {system} entry matches everything that begins with it; leave include_children empty")
        ]
    if system == "read2" and len(code) == 7:
        return False, [
            ("error", f"'{code}' is one term and has no children; use the first five characters, '{code[:5]}'")
        ]
    return True, []


def _read_except(system: System, written: str) -> tuple[tuple[str, ...], list[Note]]:
    """Words that rule a product out, separated by `|`."""
    texts = tuple(" ".join(part.split()) for part in written.split("|") if part.strip())
    if texts and system != "name":
        return (), [("error", "except works only with names; leave it empty here")]
    if ";" in written or "," in written:
        return (), [("error", "separate the words of except with |, for example linctus|cough")]
    if empty := [text for text in texts if not phrase(text).strip()]:
        return (), [("error", f"except contains '{empty[0]}', which has no letter or digit to look for")]
    return texts, []


def _clash(entry: Entry, first: Entry) -> list[Note]:
    """The finding if an earlier row has the same code: a warning if it says the same, an error if not."""
    if first is entry:
        return []
    if _said(entry) == _said(first):
        return [("warning", f"code '{entry.code}' is already on line {first.line}; remove one of them")]
    what = "role" if entry.role != first.role else "include_children or except"
    if entry.meaning != first.meaning:
        what = "meaning"
    return [
        ("error", f"code '{entry.code}' is already on line {first.line} with a different {what}; keep the right row")
    ]


def _said(entry: Entry) -> tuple[object, ...]:
    return entry.meaning, entry.role, entry.include_children, entry.except_words


def _case_twins(entries: Iterable[Entry], file: str) -> list[Finding]:
    """Read and CTV3 codes that differ only in case are different codes, and one of them is often a slip."""
    seen: dict[tuple[System, str], str] = {}
    findings = []
    for entry in entries:
        if entry.system not in ("read2", "ctv3"):
            continue
        five = entry.code[:5]
        twin = seen.setdefault((entry.system, five.lower()), five)
        if twin != five:
            message = f"'{five}' and '{twin}' differ only in case but mean different things; check that you want both"
            findings.append(Finding("warning", file, entry.line, message))
    return findings
