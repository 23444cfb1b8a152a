"""Where an outcome is written: in the run's folder, or beside it where the run was stopped."""

from __future__ import annotations

from pathlib import Path

from pipeline.files.private import private_folder
from pipeline.quality.report.model import JSON_NAME, PAGE_NAME, Report, write_json
from pipeline.quality.report.page import write_page


def write_report(report: Report, folder: Path) -> None:
    """The page and the JSON into an existing folder."""
    write_json(report, folder)
    write_page(report, folder)


def beside(out: Path) -> Path:
    """The page of a run that was stopped: next to where its lists would be, as `<name>.quality.html`."""
    out = out.resolve()
    return out.with_name(f"{out.name}.{PAGE_NAME}")


def write_beside(report: Report, out: Path) -> Path:
    """A stopped run leaves no folder, so that nothing can be taken for its lists. Returns the page's path."""
    page = beside(out)
    private_folder(page.parent)
    write_json(report, page.parent, f"{page.name.removesuffix(PAGE_NAME)}{JSON_NAME}")
    write_page(report, page.parent, page.name)
    return page


def remove_beside(out: Path) -> None:
    """What an earlier, stopped run said of this one is true no more."""
    page = beside(out)
    page.unlink(missing_ok=True)
    page.with_name(f"{page.name.removesuffix(PAGE_NAME)}{JSON_NAME}").unlink(missing_ok=True)
