"""What a night costs against a full load, and a search of the stored extract: one run, ratios worth more than seconds.

    python benchmarks/store.py EXTRACT WORK [--memory 4GB]

EXTRACT is what `casefinder synth --deltas N` wrote; WORK a new folder with room for the store.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

RULE = "instep"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extract", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--memory", default="4GB")
    given = parser.parse_args()
    given.work.mkdir(parents=True)
    store, memory = given.work / "store", ("--memory", given.memory)
    load = timed("full load", "store", "build", store, "--extract", given.extract / "bulk", *memory)
    print(f"  {describe(store)}")
    search(given.work / "after-load", store, memory)
    for night in sorted((given.extract / "deltas").iterdir()):
        apply = timed(f"delta {night.name}", "store", "apply", store, "--extract", night, *memory)
        share = megabytes(night) / megabytes(given.extract / "bulk")
        print(f"  {apply / load:.2%} of a load, for {share:.2%} of its bytes")
    search(given.work / "after-deltas", store, memory)
    timed("compaction", "store", "compact", store, *memory)
    search(given.work / "after-compaction", store, memory)


def search(out: Path, store: Path, memory: tuple[str, str]) -> None:
    """Three times, the best of which says most on a shared machine."""
    times = [
        timed("", "search", "--store", store, "--rule", RULE, "--out", f"{out}-{turn}", *memory) for turn in range(3)
    ]
    print(f"{'search ' + out.name:32} {min(times):8.2f} s, the best of 3")


def timed(what: str, *words: object) -> float:
    """Seconds of a command, with its peak memory so far."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("casefinder")), *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    if what:
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        print(f"{what:32} {seconds:8.2f} s, peak so far {peak:.1f} GB", flush=True)
    return seconds


def describe(store: Path) -> str:
    files = [file for each in json.loads((store / "manifest.json").read_text())["segments"] for file in each["files"]]
    rows = sum(file["rows"] for file in files if file["table"] in ("event", "prescription"))
    return f"{rows:,} events and prescriptions, {sum(file['bytes'] for file in files) / 1e6:,.0f} MB stored"


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


if __name__ == "__main__":
    main()
