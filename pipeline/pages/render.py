"""Fills the templates of other rooms. Every page extends the shared base."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def render_html(template: Path, page: object) -> str:
    """Self-contained HTML; every value is escaped."""
    return _fill(template, is_html=True, page=page)


def render_text(template: Path, **values: object) -> str:
    """Text; values go in unescaped, so the caller must quote them as the text's reader expects."""
    return _fill(template, is_html=False, **values)


def _fill(template: Path, is_html: bool, **values: object) -> str:
    jinja = Environment(
        loader=FileSystemLoader((template.parent, Path(__file__).parent)),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template(template.name).render(values) + "\n"
