"""Makes a page from a template of a room's own, on the base that all pages share."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def render(template: Path, page: object) -> str:
    """Self-contained HTML; whatever is not the template's is escaped."""
    loader = FileSystemLoader((template.parent, Path(__file__).parent))
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return jinja.get_template(template.name).render(page=page) + "\n"
