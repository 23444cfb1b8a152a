"""A million columns, megabytes in one field, lines without end: an answer in bounded time and memory.

The limits are generous: a sound folder of this size takes half a second and 150 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.effort import long, some
from tests.hostile.clock import IDLE
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import look
from tests.hostile.oracle import sound
from tests.hostile.test_links import PATIENT

pytestmark = long

SECONDS, MEGABYTES = 60, 700
FORMATS = some(("plain", "emis", "tpp", "aurum"), 1)


def wider(content: bytes, delimiter: bytes, columns: int) -> bytes:
    """The file with so many columns more, empty in every row."""
    head, *rows = [line.rstrip(b"\r\n") for line in content.splitlines()]
    names = b"".join(delimiter + b"x%d" % n for n in range(columns))
    return b"\n".join([head + names, *(row + delimiter * columns for row in rows)]) + b"\n"


def header(content: bytes) -> bytes:
    return content.splitlines()[0]


SHAPES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "a million columns": lambda content, delimiter: wider(content, delimiter, 1_000_000),
    "20,000 columns": lambda content, delimiter: wider(content, delimiter, 20_000),
    "a line of 30 MB": lambda content, _: content + b"x" * 30_000_000 + b"\n",
    "a field of 10 MB": lambda content, _: content + b"x" * 10_000_000 + content.splitlines()[1] + b"\n",
    "a header of 30 MB": lambda content, delimiter: header(content) + delimiter + b"x" * 30_000_000 + content,
    "a million empty lines": lambda content, _: content + b"\n" * 1_000_000,
    "300,000 open quotes": lambda content, _: content + b'"\n' * 300_000,
    "an open quote and a million lines": lambda content, _: content + b'"' + b"a\n" * 1_000_000,
    "5 MB of NUL": lambda content, _: content + b"\0" * 5_000_000,
    "20 MB of quotes": lambda content, _: content + b'"' * 20_000_000,
    "20,000 headers": lambda content, _: content + (header(content) + b"\n") * 20_000,
}


@pytest.mark.parametrize("format", FORMATS)
def test_files_that_are_too_large_take_bounded_time_and_memory(format: str) -> None:
    """All shapes in one process, which says what came of each, and what memory it needed at most."""
    command = [sys.executable, "-m", "tests.hostile.test_large", format]
    done = subprocess.run(command, capture_output=True, text=True, timeout=IDLE * SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["slowest"] < SECONDS, said["which"]
    assert said["megabytes"] < MEGABYTES, said["grew"]
    before = sound(format)
    for shape, seen in said["seen"].items():
        listed = {tuple(one) for one in seen["listed"]}
        assert seen["error"] or listed == before.listed or seen["warnings"], shape


def peak() -> int:
    """The most memory that this process ever had, in megabytes. `getrusage` would count what its parent had, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


def main(format: str) -> None:
    """In the process that is watched."""
    import time

    files, seen, slowest, which, grew = FOLDERS[format](), {}, 0.0, "", {}
    delimiter = TEXT[format].delimiter.encode()
    for shape in some(SHAPES, 6):
        start = time.process_time()
        found = look(files | {PATIENT[format]: SHAPES[shape](files[PATIENT[format]], delimiter)})
        took = time.process_time() - start
        slowest, which = max((slowest, which), (took, shape))
        seen[shape] = asdict(found) | {"listed": sorted(found.listed)}
        grew[shape] = peak()
    said = {"slowest": slowest, "which": which, "megabytes": max(grew.values()), "grew": grew, "seen": seen}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]).name)
