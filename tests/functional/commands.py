"""Runs `casefinder` as a user does: the installed command, in a process of its own, its output piped."""

import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("casefinder")


def casefinder(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COMMAND), *map(str, words)], capture_output=True, text=True, check=False, timeout=300)
