"""Roles of codes as the numbers they have in one run."""

from __future__ import annotations

from collections.abc import Mapping


def role_list(names: tuple[str, ...], roles: Mapping[str, int]) -> str:
    """Roles as their numbers in this run, for IN (...)."""
    return ", ".join(str(roles[name]) for name in sorted(names))
