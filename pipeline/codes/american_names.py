"""Recognises products that are named as in the United States: RxNorm, NDC and most American systems.

They have other words for some substances (acetaminophen for paracetamol), put ingredients in the order of the alphabet
(`acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet`), may begin with an amount (`12 HR oxycodone ...`),
and add the brand in square brackets. UK names, as in the dm+d, begin with what a list looks for. So a list entry may
match an American name at any word before the brackets. A brand in brackets is not looked at: `Aceon` is tramadol here
and perindopril there, and the substances are named in front of it.
"""

from __future__ import annotations

import re

# Substances with another name in the UK, or without a product there.
_AMERICAN_WORDS = (
    *("acetaminophen", "albuterol", "apap", "butalbital", "cromolyn", "glyburide", "hydrocodone"),
    *("isoproterenol", "levorphanol", "meperidine", "metaproterenol", "oxymorphone", "propoxyphene", "rifampin"),
    "torsemide",
)
_WORD = re.compile(rf"\b(?:{'|'.join(_AMERICAN_WORDS)})\b", re.IGNORECASE)
# A strength in capitals after a space, in front of another ingredient, a form in the singular, a brand or nothing.
_AMOUNT = r"\d[\d.,]* (?:MG|MCG|UG|GM|UNT|MEQ|MMOL|ML|HR|ACTUAT)\b(?:/(?:[\d.]+ )?(?:MG|ML|HR|ACTUAT))?"
_FORMS = (
    *("Oral", "Extended Release", "Delayed Release", "Chewable", "Disintegrating", "Sublingual", "Buccal", "Injec"),
    *("Prefilled", "Cartridge", "Auto-Injector", "Transdermal", "Topical", "Nasal", "Rectal", "Vaginal", "Ophthalmic"),
    *("Otic", "Inhala", "Metered Dose", "Dry Powder", "Mucosal", "Drug Implant", "Tablet for", "Pack"),
)
_STRENGTH = re.compile(rf"{_AMOUNT}(?:\)?$| ?/ ?[A-Za-z]| \[| (?:{'|'.join(_FORMS)}))|^{_AMOUNT} [A-Za-z]")
_FORM = re.compile(
    r"\b(?:oral|sublingual|buccal|injectable|transdermal|topical|rectal|nasal)"
    r" (?:tablet|capsule|product|patch|system|suppository|film)(?:$| \[)|\bPill(?:$| \[)",
    re.IGNORECASE,
)
_INGREDIENTS = re.compile(r"[a-z][a-z ,()-]*(?: / [a-z][a-z ,()-]*)+")  # RxNorm's ingredients, without strengths
_BRAND = re.compile(r"\s*\[[^\]]*\]")


def is_american(name: str) -> bool:
    """Whether the name is written as in RxNorm, or holds a word for a substance that only Americans use."""
    rxnorm = _STRENGTH.search(name) if any(letter.islower() for letter in name) else None
    return bool(rxnorm or _FORM.search(name) or _INGREDIENTS.fullmatch(name) or _WORD.search(name))


def without_brand(name: str) -> str:
    """The name without what is in square brackets; all of it, if there is nothing else."""
    return _BRAND.sub("", name).strip() or name
