"""Writes a report in a run's folder, or beside it if the run was stopped."""

from __future__ import annotations

from pathlib import Path

from pipeline.files.private import private_folder
from pipeline.quality.report.model import JSON_NAME, PAGE_NAME, Report, write_json
from pipeline.quality.report.page import write_page


def write_report(report: Report, folder: Path) -> None:
    """Write the page and the JSON in an existing folder."""
    write_json(report, folder)
    write_page(report, folder)


def beside(out: Path) -> Path:
    """The page of a stopped run `out`: next to where its lists would be, as `<name>.quality.html`."""
    out = out.resolve()
    return out.with_name(f"{out.name}.{PAGE_NAME}")


def write_beside(report: Report, out: Path) -> None:
    """Write the page and the JSON of a stopped run, which leaves no folder that could be mistaken for its lists."""
    page = beside(out)
    private_folder(page.parent)
    write_json(report, page.parent, f"{page.name.removesuffix(PAGE_NAME)}{JSON_NAME}")
    write_page(report, page.parent, page.name)


def remove_beside(out: Path) -> None:
    """Remove what an earlier, stopped run wrote there: it is no longer true."""
    page = beside(out)
    page.unlink(missing_ok=True)
    page.with_name(f"{page.name.removesuffix(PAGE_NAME)}{JSON_NAME}").unlink(missing_ok=True)
