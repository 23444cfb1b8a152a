"""The fingerprint of a rule: what must be the same for two runs to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pipeline.rules.check import CheckedRule


def rule_fingerprint(rule: CheckedRule) -> str:
    """SHA-256 over the rule's file, the files it extends and its code lists, in hexadecimal."""
    parts = (rule.loaded.sha256, *(f"{name} {one.sha256}" for name, one in sorted(rule.codelists.items())))
    return sha256("\n".join(parts).encode()).hexdigest()


def rule_parts(rule: CheckedRule, patients: Path) -> Mapping[str, str]:
    """The SHA-256 of each part of a rule that one version must keep, by its name. `patients`: the invented ones."""
    lists = {f"the code list {name}": one.sha256 for name, one in rule.codelists.items()}
    invented = sha256(patients.read_bytes()).hexdigest()
    return {"the rule's file": rule.loaded.sha256, "the invented patients": invented, **lists}
