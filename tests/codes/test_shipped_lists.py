"""The lists that come with Casefinder: sound, role by role, and finding the products practices prescribe."""

from __future__ import annotations

import pytest

from pipeline.codes.american_names import is_american
from pipeline.codes.code_index import CodeIndex, CodeRow
from pipeline.codes.codelist import available, lint, load
from pipeline.codes.meanings import claimed
from pipeline.codes.resolve import resolve
from pipeline.codes.systems import canonical

# DESIGN sections 4 and 6, and the lists the rules name.
FIT_NOTES = {"not_fit", "may_be_fit", "unspecified", "back_to_work", "not_issued", "duplicate", "self_certificate"}
FIT_NOTES |= {"private", "notification", "duration_days", "duration_weeks", "duration_months"}
EMPLOYMENT = {"employed", "self_employed", "sick_leave", "unemployed", "not_in_labour_force", "unable", "retired"}
ROLES = {
    "fit-notes": FIT_NOTES,
    "employment": EMPLOYMENT | {"student"},
    "palliative": {"palliative", "not_indicated"},
    "research-contact": {"declined", "invited", "enrolled"},
    "type-1-dissent": {"dissent", "withdrawn"},
    "opioids": {"weak", "strong"},
}
EXPECTED = {
    *ROLES,
    *("chronic-pain", "painful-condition", "gabapentinoids", "opioid-substitution", "cancer"),
    *("interpreter-needed", "dementia", "severe-mental-illness", "learning-disability", "safeguarding"),
    *("pain-service", "long-term-condition", "depression-anxiety"),
}


def test_all_are_there() -> None:
    assert set(available()) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_list_is_sound(name: str) -> None:
    shipped = load(name)
    assert lint(shipped.path) == []
    assert shipped.roles == ROLES.get(name, set())
    for entry in shipped.entries:
        assert canonical(entry.system, entry.code) == entry.code
        assert entry.term and entry.note, f"{name}: {entry.code} needs a term and a source"
    assert shipped.metadata.values["decisions"]
    assert claimed(shipped.metadata) and all(entry.meaning for entry in shipped.entries)


@pytest.mark.parametrize(
    ("name", "system", "code", "role"),
    [
        ("fit-notes", "read2", "9D15.", "not_fit"),
        ("fit-notes", "snomed", "751481000000104", "not_fit"),
        ("fit-notes", "ctv3", "XaX1K", "may_be_fit"),
        ("fit-notes", "snomed", "775221000000101", "not_issued"),
        ("fit-notes", "read2", "9D14.", "back_to_work"),
        ("fit-notes", "ctv3", "Y08c1", "duration_weeks"),
        ("employment", "read2", "13J7.", "unemployed"),
        ("employment", "snomed", "224459001", "sick_leave"),
        ("type-1-dissent", "read2", "9Nu0.", "dissent"),
        ("type-1-dissent", "ctv3", "XaZ8A", "withdrawn"),
        ("interpreter-needed", "read2", "9NU0.", None),
        ("research-contact", "read2", "9QB..", "declined"),
        ("palliative", "snomed", "1048611000000104", "not_indicated"),
        ("chronic-pain", "read2", "A531.11", None),
    ],
)
def test_codes_the_reference_is_firm_about(name: str, system: str, code: str, role: str | None) -> None:
    assert [e.role for e in load(name).entries if (e.system, e.code) == (system, code)] == [role]


def test_codes_that_must_not_be_there() -> None:
    """Chronic fatigue is not pain; 13j7. and XaZ8a are other codes; ordinary depression is under Read E11.."""
    codes = {name: {e.code for e in load(name).entries} for name in EXPECTED}
    assert "52702003" not in codes["painful-condition"]
    assert "13j7." not in codes["employment"]
    assert "XaZ8a" not in codes["type-1-dissent"]
    assert not {"E11..", "E112.", "E113."} & codes["severe-mental-illness"]


# Names as suppliers write them, and the medicine lists each is in, from what the product is for.
PRODUCTS = {
    "Co-Codamol 30mg/500mg tablets (Aspire Pharma Ltd)": {"opioids"},
    "Codeine Phosphate Tablets 30 mg": {"opioids"},
    "Codeine 15mg/5ml linctus sugar free": set(),
    "Zomorph 10mg modified-release capsules": {"opioids"},
    "Tramadol 37.5mg/Paracetamol 325mg tablets": {"opioids"},
    "Dihydrocodeine 30mg tablets": {"opioids"},
    "DF118 Forte 40mg tablets": {"opioids"},
    "Generic Solpadeine Max soluble tablets": {"opioids"},
    "Solpadeine Headache soluble tablets": set(),
    "Ibuprofen 200mg / Codeine 12.8mg tablets": {"opioids"},
    "Ibuprofen 200mg tablets": set(),
    "Fentanyl 25micrograms/hour transdermal patches": {"opioids"},
    "Fentanyl 100micrograms/2ml solution for injection ampoules": set(),
    "Apomorphine 50mg/5ml solution for injection ampoules": set(),
    "Kaolin and Morphine mixture": set(),
    "Methadone 1mg/ml oral solution sugar free": {"opioid-substitution"},
    "Methadone Mixture 1 mg/1 ml": {"opioid-substitution"},
    "Methadone 2mg/5ml linctus": set(),
    "Methadone 5mg tablets": {"opioids"},
    "Methadone 50mg/1ml solution for injection ampoules": {"opioids", "opioid-substitution"},
    "Buprenorphine 10micrograms/hour transdermal patches": {"opioids"},
    "Buprenorphine 200microgram sublingual tablets sugar free": {"opioids"},
    "Buprenorphine 400microgram sublingual tablets sugar free": {"opioids", "opioid-substitution"},
    "Buprenorphine 8mg sublingual tablets sugar free": {"opioid-substitution"},
    "Buprenorphine 2 mg sublingual tablets": {"opioid-substitution"},
    "Buprenorphine 2mg / Naloxone 500microgram sublingual tablets sugar free": {"opioid-substitution"},
    "Espranor 8mg oral lyophilisates": {"opioid-substitution"},
    "Buvidal 96mg/0.27ml prolonged-release solution for injection pre-filled syringes": {"opioid-substitution"},
    "Diamorphine 10mg powder for solution for injection ampoules": {"opioids"},
    "Diamorphine 60mg impregnated cigarettes": {"opioids", "opioid-substitution"},
    "Gabapentin 300mg capsules": {"gabapentinoids"},
    "LYRICA 75mg capsules": {"gabapentinoids"},
    "Amitriptyline 10mg tablets": set(),
    "Naloxone 400micrograms/1ml solution for injection ampoules": set(),
}


@pytest.mark.parametrize("product", PRODUCTS)
def test_products(product: str) -> None:
    assert _lists_with(product) == PRODUCTS[product]


def _lists_with(product: str) -> set[str]:
    """The medicine lists that find the product."""
    rows: list[CodeRow] = [(1, None, None, None, None, None, None, product, 1)]
    dictionary = CodeIndex.build(rows, [])
    medicines = ("opioids", "gabapentinoids", "opioid-substitution")
    return {name for name in medicines if resolve([load(name)], None, dictionary).matches}


# The same by American names, as RxNorm (with and without form, brand or strength), NDC and hospital systems write them.
AMERICAN = {
    "acetaminophen 325 MG / hydrocodone": {"opioids"},
    "acetaminophen 325 MG / HYDROcodone bitartrate 5 MG Oral Tablet [Norco]": {"opioids"},
    "acetaminophen 500 MG / codeine phosphate 30 MG Oral Tablet": {"opioids"},
    "acetaminophen / codeine": {"opioids"},
    "Acetaminophen 24 MG/ML / Codeine Phosphate 2.4 MG/ML [Capital and Codeine]": {"opioids"},
    "hydrocodone-acetaminophen (NORCO) 5-325 mg per tablet": {"opioids"},
    "Meperidine": {"opioids"},
    "meperidine hydrochloride 50 MG Oral Tablet": {"opioids"},
    "Oxycodone Hydrochloride 5 MG Oral Tablet": {"opioids"},
    "Abuse-Deterrent 12 HR Oxycodone Hydrochloride 15 MG Extended Release Oral Tablet": {"opioids"},
    "5 MG Oxycodone Hydrochloride Oral Tablet": {"opioids"},
    "Percocet 5 MG / 325 MG Oral Tablet": {"opioids"},
    "naloxone 0.5 MG / pentazocine 50 MG Oral Tablet": {"opioids"},
    "naloxone / oxycodone": {"opioids"},
    "celecoxib 56 MG / tramadol hydrochloride 44 MG Oral Tablet": {"opioids"},
    "1 ML morphine sulfate 10 MG/ML Injection": {"opioids"},
    "72 HR fentanyl 0.025 MG/HR Transdermal System": {"opioids"},
    "2 ML fentanyl 0.05 MG/ML Injection": set(),
    "Fentanyl 0.05 MG/ML Injectable Solution": set(),
    "168 HR buprenorphine 0.01 MG/HR Transdermal System [BuTrans]": {"opioids"},
    "Buprenorphine 0.01 MG/HR [BuTrans]": {"opioids"},
    "Buprenorphine 0.15 MG [Belbuca]": {"opioids"},
    "buprenorphine 0.4 MG Sublingual Tablet": {"opioids", "opioid-substitution"},
    "Buprenorphine 8 MG / Naloxone 2 MG Sublingual Tablet": {"opioid-substitution"},
    "Buprenorphine 200 MG/ML [Sublocade]": {"opioid-substitution"},
    "0.5 ML buprenorphine 200 MG/ML Prefilled Syringe": {"opioid-substitution"},
    "methadone hydrochloride 10 MG/ML Oral Solution [Methadose]": {"opioid-substitution"},
    "methadone hydrochloride 40 MG Tablet for Oral Suspension [Diskets]": {"opioid-substitution"},
    "methadone hydrochloride 10 MG Oral Tablet [Dolophine]": {"opioids"},
    "codeine phosphate 2 MG/ML / guaifenesin 20 MG/ML Oral Solution": set(),
    "codeine phosphate 2 MG/ML / promethazine hydrochloride 1.25 MG/ML Oral Solution": set(),
    "homatropine methylbromide 1.5 MG / hydrocodone bitartrate 5 MG Oral Tablet": set(),
    "Acetaminophen 300 MG / butalbital 50 MG / Caffeine 40 MG / Codeine Phosphate 30 MG [Fioricet with Codeine]": set(),
    "perindopril erbumine 4 MG Oral Tablet [Aceon]": set(),
    "Aceon 4 MG Oral Tablet": set(),
    "apomorphine hydrochloride 10 MG/ML Injectable Solution": set(),
    "acetaminophen 325 MG Oral Tablet [Tylenol]": set(),
    "gabapentin 300 MG Oral Capsule [Neurontin]": {"gabapentinoids"},
    "24 HR gabapentin 300 MG Extended Release Oral Tablet [Gralise]": {"gabapentinoids"},
    "Neurontin 300 MG Oral Capsule": {"gabapentinoids"},
    "300 MG pregabalin Oral Capsule": {"gabapentinoids"},
    "{90 (gabapentin 300 MG Oral Capsule) / 1 (lidocaine 0.05 MG/MG Topical Cream) } Pack": {"gabapentinoids"},
}


@pytest.mark.parametrize("product", AMERICAN)
def test_american_products(product: str) -> None:
    assert _lists_with(product) == AMERICAN[product]


@pytest.mark.parametrize("product", [*PRODUCTS, *AMERICAN])
def test_american_names_are_told_from_ours(product: str) -> None:
    assert is_american(product) == (product in AMERICAN)
