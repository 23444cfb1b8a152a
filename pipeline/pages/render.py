"""Fills the templates of other rooms; pages stand on the base that all of them share."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def render_html(template: Path, page: object) -> str:
    """Self-contained HTML; whatever is not the template's is escaped."""
    return _fill(template, is_html=True, page=page)


def render_text(template: Path, **values: object) -> str:
    """Values go in as they are: whoever gives them has quoted them as the reader of the text wants."""
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
