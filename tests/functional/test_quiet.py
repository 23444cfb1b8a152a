"""Nothing that another library warns of or logs reaches the terminal."""

from __future__ import annotations

import subprocess
import sys

NOISE = """
import logging, warnings
from cli import main

def app():
    warnings.simplefilter("always")
    warnings.warn("a library warns", DeprecationWarning)
    logging.getLogger("great_expectations").error("a library logs")
    class Noisy:
        def __del__(self):
            raise ValueError("a library fails as it ends")
    Noisy()
    print("done")

main.app = app
main.run()
"""


def test_libraries_are_quiet() -> None:
    done = subprocess.run([sys.executable, "-c", NOISE], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("done\n", "")
