"""Holds the outputs of two checkouts against each other: every file the same, or different in its sentences only.

    python benchmarks/same_outputs.py BEFORE AFTER WORK

BEFORE and AFTER are checkouts; WORK is a folder, in which outputs made already are kept. Each checkout makes the demo,
two searches of every format, a store with deltas, and two nights, from the same seeds. Masked are sentences, hashes,
and the study codes that the ledger draws at random. Exit code 1 where anything else differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl

FORMATS = ("emis", "tpp", "explorer", "aurum", "omop", "plain")
PSEUDONYMISED = ("explorer", "aurum", "omop")  # counts only
DAY, NEXT = "2026-11-20", "2026-11-21"
SITE = """extract = "{inbox}"
store = "store"
output = "output"
ledger = "ledger/casefinder.db"

[[study]]
name = "instep"
rule = "instep"
"""
WORDS_IN_CSV = {"why", "in_work_because", "flags", "words", "reason"}  # columns that hold sentences
RANDOM = {"study_code"}
HASHES = re.compile(r"\b[0-9a-f]{64}\b")
LEDGER = "SELECT kind, study, state, reason, count(*) FROM chain GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("work", type=Path)
    given = parser.parse_args()
    for name in ("before", "after"):
        if not (given.work / name).exists():
            make_outputs(getattr(given, name).resolve(), given.work / name)
    sys.exit(report(given.work / "before", given.work / "after"))


def make_outputs(checkout: Path, work: Path) -> None:
    work.mkdir(parents=True)
    print(f"{work.name}: the demo", flush=True)
    run(checkout, work, "synth --patients 12000 --practices 4 --seed 1 --out demo-extract")
    run(checkout, work, f"search --extract demo-extract --rule instep --today {DAY} --out demo")
    for name in FORMATS:
        print(f"{work.name}: {name}", flush=True)
        run(checkout, work, f"synth --format {name} --patients 3000 --practices 3 --seed 7 --out {name}-extract")
        counts = " --counts" if name in PSEUDONYMISED else ""
        for rule in ("instep", "warwick"):
            asked = f"search --extract {name}-extract --rule {rule} --accept-missing{counts}"
            run(checkout, work, f"{asked} --despite-quality --today {DAY} --out {name}-{rule}")
    make_store(checkout, work)
    make_nights(checkout, work)


def make_store(checkout: Path, work: Path) -> None:
    print(f"{work.name}: a store and its deltas", flush=True)
    run(checkout, work, "synth --patients 4000 --practices 2 --seed 3 --deltas 3 --out history")
    run(checkout, work, "store build kept --extract history/bulk")
    for night in sorted((work / "history/deltas").iterdir()):
        run(checkout, work, f"store apply kept --extract history/deltas/{night.name}")
    run(checkout, work, f"search --store kept --rule oslo --today {DAY} --out kept-oslo")
    run(checkout, work, "store compact kept")
    run(checkout, work, f"search --store kept --rule solent --today {DAY} --out kept-solent")


def make_nights(checkout: Path, work: Path) -> None:
    print(f"{work.name}: two nights", flush=True)
    (work / "site").mkdir()
    (work / "site/site.toml").write_text(SITE.format(inbox="../demo-extract"))
    for day in (DAY, NEXT):
        run(checkout, work, "nightly --config site/site.toml", day)


def run(checkout: Path, work: Path, words: str, day: str = DAY) -> None:
    """The command of that checkout; what it says is kept in files of their own, by the number of the command."""
    number = len(list(work.glob("said-*.txt"))) + 1
    program = [sys.executable, "-c", "from cli.main import run; run()", *words.split()]
    env = {**os.environ, "PYTHONPATH": str(checkout), "CASEFINDER_TODAY": day, "COLUMNS": "200"}
    done = subprocess.run(program, cwd=work, env=env, capture_output=True, text=True, check=False)
    (work / f"said-{number:02}.txt").write_text(f"{words}\n{done.returncode}\n{done.stdout}\n{done.stderr}")


def report(before: Path, after: Path) -> int:
    """Prints what differs, file by file. Returns the exit code."""
    names = {path.relative_to(root).as_posix() for root in (before, after) for path in files(root)}
    same, words, wrong = 0, 0, []
    for name in sorted(names):
        one, other = before / name, after / name
        if not (one.exists() and other.exists()):
            wrong.append(f"{name}: only {'before' if one.exists() else 'after'}")
        elif one.read_bytes() == other.read_bytes():
            same += 1
        elif facts(one) == facts(other):
            words += 1
        else:
            wrong.append(f"{name}: {first_difference(facts(one), facts(other))}")
    print(f"{same} files are the same to the byte; {words} differ in sentences and hashes; {len(wrong)} differ")
    print("\n".join(wrong))
    return 1 if wrong else 0


def files(root: Path) -> Iterator[Path]:
    """Those a user meets: not the store's segments, which the searches read, nor the ledger's key and locks."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        hidden = path.suffix in {".lock", ".key", ".head", ".db-wal", ".db-shm"} or inside[0] == "kept"
        if path.is_file() and not hidden and inside[:2] != ("site", "store"):
            yield path


def facts(path: Path) -> list[object]:
    """Everything a file says, except sentences."""
    reader = READERS.get(path.suffix)
    return reader(path) if reader else [path.read_bytes()]


def of_json(path: Path) -> list[object]:
    return list(leaves(json.loads(path.read_text())))


def of_lines(path: Path) -> list[object]:
    """A journal: the times of day are the clock's."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [{key: value for key, value in line.items() if key not in {"at", "time"}} for line in lines]


def leaves(value: object, at: str = "") -> Iterator[object]:
    """Each value with its place. Of lists of sentences only that there are some."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{at}.{key}" if " " not in key else at)
    elif isinstance(value, list) and not all(isinstance(each, str) for each in value):
        for number, each in enumerate(value):
            yield from leaves(each, f"{at}.{number}")
    elif not (isinstance(value, str | list) and (" " in str(value) or HASHES.search(str(value)))):
        yield at, value


def of_csv(path: Path) -> list[object]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    masked = WORDS_IN_CSV | RANDOM
    return [{name: value for name, value in row.items() if name not in masked} for row in rows]


def of_xlsx(path: Path) -> list[object]:
    """The list's own cells; the other sheets are sentences."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    masked = [place for place, name in enumerate(rows[0]) if name in WORDS_IN_CSV | RANDOM]
    return [[value for place, value in enumerate(row) if place not in masked] for row in rows]


def of_parquet(path: Path) -> list[object]:
    with duckdb.connect() as con:
        return [con.read_parquet(str(path)).columns, *con.read_parquet(str(path)).order("ALL").fetchall()]


def of_ledger(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as con:
        return con.execute(LEDGER).fetchall()


def of_said(path: Path) -> list[object]:
    """The command, how it ended, and every number it said."""
    words, code, *said = path.read_text().splitlines()
    return [words, code, sorted(re.findall(r"\d[\d,]*", "\n".join(said)))]


def of_sentences(_: Path) -> list[object]:
    """A page is all sentences."""
    return []


READERS: dict[str, Callable[[Path], list[object]]] = {
    ".json": of_json,
    ".jsonl": of_lines,
    ".csv": of_csv,
    ".xlsx": of_xlsx,
    ".parquet": of_parquet,
    ".db": of_ledger,
    ".txt": of_said,
    ".html": of_sentences,
}


def first_difference(one: list[object], other: list[object]) -> str:
    pairs = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    return f"{pairs[0][0]} became {pairs[0][1]}" if pairs else f"{len(one)} became {len(other)} parts"


if __name__ == "__main__":
    main()
