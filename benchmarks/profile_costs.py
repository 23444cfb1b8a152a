"""What each rule costs, by the truth of a synthetic extract: how many letters, and how many reach people in work.

    casefinder synth --format plain --patients 60000 --practices 6 --seed 1 --out extract
    casefinder search --extract extract --rule instep --out run-instep --today 2026-11-20 --accept-missing
    python benchmarks/profile_costs.py extract/truth.csv run-instep run-solent

The people do not exist. How many of them work, hurt and get certificates is assumed in
synthetic_data/population/rates.py, so the figures compare rules with one another. They are not a forecast.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

Truth = Mapping[tuple[str, str], Mapping[str, str]]


def read_truth(path: Path) -> Truth:
    """The truth of each registration, by practice and local number."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["practice"], row["local_number"]): row for row in csv.DictReader(file)}


def listed(run: Path) -> Iterator[tuple[str, str]]:
    """Who stands on the lists of a run."""
    for path in sorted(run.glob("lists/*/invitation-list.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from ((path.parent.name, row["local_number"]) for row in csv.DictReader(file))


def registered(run: Path) -> int:
    """How many are registered as regular patients now, at all practices searched."""
    with (run / "attrition.csv").open(encoding="utf-8", newline="") as file:
        return sum(int(row["people"]) for row in csv.DictReader(file) if row["name"] == "registered")


def interval(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95% interval."""
    z = 1.96
    middle, width = share + z * z / (2 * number), z * ((share * (1 - share) + z * z / (4 * number)) / number) ** 0.5
    return (middle - width) / (1 + z * z / number), (middle + width) / (1 + z * z / number)


def say(run: Path, truth: Truth) -> str:
    people = [truth[who] for who in listed(run)]
    if not people:
        return f"{run.name}: no letters"
    in_work = sum(person["in_work"] == "1" for person in people) / len(people)
    eligible = sum(person["eligible"] == "1" for person in people) / len(people)
    low, high = interval(in_work, len(people))
    rate = 1000 * len(people) / registered(run)
    return (
        f"{run.name}: {len(people):,} letters, {rate:.1f} for 1,000 registered; in work {in_work:.0%} "
        f"({low:.0%} to {high:.0%}); eligible for InSTEP {eligible:.0%}"
    )


def main() -> None:
    truth = read_truth(Path(sys.argv[1]))
    for run in sys.argv[2:]:
        print(say(Path(run), truth))


if __name__ == "__main__":
    main()
