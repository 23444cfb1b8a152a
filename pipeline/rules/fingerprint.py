"""The fingerprint of a rule: what must be the same for two runs to be compared."""

from __future__ import annotations

from hashlib import sha256

from pipeline.rules.check import CheckedRule


def rule_fingerprint(rule: CheckedRule) -> str:
    """SHA-256 over the rule's file, the files it extends and its code lists, in hexadecimal."""
    parts = (rule.loaded.sha256, *(f"{name} {one.sha256}" for name, one in sorted(rule.codelists.items())))
    return sha256("\n".join(parts).encode()).hexdigest()
