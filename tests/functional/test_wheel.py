"""An installed wheel works outside the repository, rules and code lists included."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_wheel_finds_its_rules_and_code_lists(tmp_path: Path) -> None:
    """Built and unpacked elsewhere; `-P` and the search path keep the checkout out of reach."""
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    site = tmp_path / "site"
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True)
    program = "import pipeline; print(pipeline.__file__); from cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, "rule", "check", "instep"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(site)) and "rule instep version 1 can be run; 16 code lists" in done.stdout
    assert {path.name for path in (site / "rules").iterdir()} >= {"instep.yaml", "instep.patients.yaml"}
