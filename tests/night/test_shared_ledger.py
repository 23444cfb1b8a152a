"""Two sites with one ledger: neither removes what belongs to the other."""

from __future__ import annotations

from pathlib import Path

from pipeline.ledger.open import open_ledger
from pipeline.ledger.published import published_runs
from pipeline.night.page import PAGE
from pipeline.night.settings import Site, read_settings
from tests.night.small import PRACTICES, Person, later, make_site, night, runs, type_decision


def share_ledger(folder: Path) -> tuple[Site, Site]:
    sites = []
    for name in "xy":
        make_site(folder / name)
        path = folder / name / "site.toml"
        text = path.read_text().replace('"ledger/casefinder.db"', '"../ledger/casefinder.db"')
        path.write_text(text.replace("keep_days = 10", "keep_days = 1"))
        sites.append(read_settings(path))
    return sites[0], sites[1]


def test_two_sites_that_share_a_ledger_leave_each_others_edited_runs(tmp_path: Path) -> None:
    x, y = share_ledger(tmp_path)
    typed = None
    for day in range(5):
        assert night(x, [Person("1")], later(day), PRACTICES[:1]).exit_code == 0
        assert night(y, [Person("5", PRACTICES[1])], later(day), PRACTICES[1:]).exit_code == 0
        typed = typed or type_decision(next(runs(y).iterdir()), PRACTICES[1])
    assert typed and typed.is_file()
    assert "typed decisions" in (y.output / PAGE).read_text(encoding="utf-8")
    with open_ledger(x.ledger, later(5)) as ledger:
        kept = {run.folder for run in published_runs(ledger, "pain") if not run.is_removed}
    assert {path.name for each in (x, y) for path in runs(each).iterdir()} == kept
