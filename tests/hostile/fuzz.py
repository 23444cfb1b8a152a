"""Runs the atheris fuzzers: `python -m tests.hostile.fuzz` gives every target its share of FUZZ_MINUTES.

One target: `python -m tests.hostile.fuzz rule`. What is worth keeping goes to a folder outside the repository, from
which the next run goes on. A finding ends its target and is printed with the file to give to it again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped]

MINUTES = float(os.environ.get("FUZZ_MINUTES", "10"))
COLLECT = os.environ.get("FUZZ_COLLECT", "")  # a file: note each new finding in it and go on
KEPT = Path(os.environ.get("FUZZ_CORPUS", tempfile.gettempdir())) / "casefinder-fuzz"
SECONDS_OF_ONE, MEGABYTES = 120, 3000


def run_all() -> int:
    """Every target in turn, in a process of its own; how many found something."""
    from tests.hostile.seeds import write_seeds
    from tests.hostile.targets import TARGETS

    failed = []
    for name in TARGETS:
        write_seeds(name, KEPT / name)
        seconds = max(5, int(MINUTES * 60 / len(TARGETS)))
        command = [sys.executable, "-m", "tests.hostile.fuzz", name, f"-max_total_time={seconds}"]
        failed += [name] if subprocess.run(command, check=False).returncode else []
    sys.stdout.write(f"Fuzzed {len(TARGETS)} targets; findings in {', '.join(failed) or 'none'}.\n")
    return len(failed)


def run_one(name: str, options: list[str]) -> None:
    """Never returns: the fuzzer ends the process."""
    with atheris.instrument_imports(include=["pipeline"], enable_loader_override=False):
        from tests.hostile.seeds import write_seeds
        from tests.hostile.targets import TARGETS
    folder = write_seeds(name, KEPT / name)
    target = _collecting(TARGETS[name], name) if COLLECT else TARGETS[name]
    limits = [f"-timeout={SECONDS_OF_ONE}", f"-rss_limit_mb={MEGABYTES}", "-max_len=4096", "-verbosity=0"]
    limits += ["-print_final_stats=1", f"-artifact_prefix={KEPT}/{name}-"]
    atheris.Setup([sys.argv[0], *limits, *options, str(folder)], target)
    atheris.Fuzz()


def _collecting(target: Callable[[bytes], object], name: str) -> Callable[[bytes], None]:
    """The target, which writes each new finding down and goes on."""
    seen: set[tuple[str, ...]] = set()

    def attempt(data: bytes) -> None:
        try:
            target(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-2:]
            key = (type(error).__name__, *(f"{Path(each.filename).name}:{each.lineno}" for each in frames))
            if key not in seen:
                seen.add(key)
                with Path(COLLECT).open("a", encoding="utf-8") as file:
                    file.write(f"{name} {key} {str(error)[:200]!r} {data[:1500]!r}\n")

    return attempt


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run_one(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(run_all())
