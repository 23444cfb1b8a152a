"""The few codes this population is coded with, section by section from the clinical-codes note.

`topic` and `role` say what the generator means by a code. They are independent of the lists that the search uses, so
that the two can be compared. A code may carry Read only, SNOMED only, or neither (an EMIS-local code).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic_data.arrays import Floats, Ints
from synthetic_data.check_digits import verhoeff_digit


@dataclass(frozen=True)
class Code:
    """One row of Coding_ClinicalCode. `read` as EMIS writes it: no dots, `-1` for a synonym."""

    topic: str
    role: str
    read: str
    snomed: str
    term: str
    weight: float = 1.0
    value: tuple[float, float, str] | None = None  # lowest, highest, unit
    under: str = ""  # `read` of its parent, where that is not the heading of its chapter

    @property
    def parent(self) -> str:
        """`read` of the row it lies under; nothing for a heading or a code with no place in Read."""
        chapter = "" if self.topic == "chapter" or self.read.startswith("EMIS") else self.read[:1]
        return self.under or chapter


# Section A1. `N239` has a synonym row; the second fibromyalgia is Read only; chronic back pain SNOMED only.
_PAIN = (
    Code("chronic-pain", "", "N239", "203082005", "Fibromyalgia", 3),
    Code("chronic-pain", "", "N239-1", "203082005", "Fibromyalgia syndrome", 0.5),
    Code("chronic-pain", "", "N248", "", "Fibromyalgia", 0.5),
    Code("chronic-pain", "", "1M52", "82423001", "Chronic pain", 4),
    Code("chronic-pain", "", "16C9", "278860009", "Chronic low back pain", 4),
    Code("chronic-pain", "", "", "134407002", "Chronic back pain", 1),
    Code("chronic-pain", "", "", "373621006", "Chronic pain syndrome", 1),
    Code("chronic-pain", "", "N2480", "24693007", "Myofascial pain syndrome", 0.5),
    Code("chronic-pain", "", "F369", "128200000", "Complex regional pain syndrome", 0.5),
    Code("chronic-pain", "", "66n", "860381000000107", "Chronic pain review", 2),
)
# Section A2: pain by itself, too.
_NEUROPATHIC = (
    Code("chronic-pain", "neuropathic", "N2423", "247398009", "Neuropathic pain", 2),
    Code("chronic-pain", "neuropathic", "", "735936005", "Chronic neuropathic pain", 1),
    Code("chronic-pain", "neuropathic", "F301z", "31681005", "Trigeminal neuralgia", 1),
    Code("chronic-pain", "neuropathic", "F3721", "193184006", "Chronic painful diabetic neuropathy", 1),
)
# Section A3; the role is the condition. The local code counts only as a child of osteoarthritis.
_CONDITIONS = (
    Code("painful-condition", "osteoarthritis", "N05", "396275006", "Osteoarthritis", 4),
    Code("painful-condition", "osteoarthritis", "EMISNQOA1", "", "Osteoarthritis of knee (local code)", 1, under="N05"),
    Code("painful-condition", "back pain", "", "279039007", "Low back pain", 5),
    Code("painful-condition", "back pain", "", "161891005", "Backache", 3),
    Code("painful-condition", "sciatica", "N143", "23056005", "Sciatica", 2),
    Code("painful-condition", "sciatica", "N143-1", "23056005", "Sciatic pain", 0.5),
    Code("painful-condition", "spondylosis", "N11", "", "Spondylosis and allied disorders", 1),
    Code("painful-condition", "migraine", "F26", "37796009", "Migraine", 2),
    Code("painful-condition", "rheumatoid arthritis", "", "69896004", "Rheumatoid arthritis", 0.5),
)
# Section C, both tables; the second not-fit row is one of the legacy pairs.
_NOTES = (
    Code("fit-notes", "not_fit", "9D15", "751481000000104", "eMED3 (2010) new statement issued, not fit for work", 9),
    Code("fit-notes", "not_fit", "", "751491000000102", "eMED3 (2010) new statement issued, not fit for work ", 0.5),
    Code("fit-notes", "not_fit", "9D19", "751731000000106", "MED3 (2010) issued by hand, not fit for work", 0.5),
    Code("fit-notes", "unspecified", "9D11", "1331000000103", "MED3 issued to patient", 1),
    Code("fit-notes", "unspecified", "9D1C", "775241000000108", "MED3 (2010) issued to patient", 2),
    Code("fit-notes", "may_be_fit", "9D16", "751601000000107", "eMED3 (2010) new statement, may be fit for work", 6),
    Code("fit-notes", "may_be_fit", "9D1A", "751751000000104", "MED3 (2010) issued by hand, may be fit for work"),
    Code("fit-notes", "may_be_fit", "9D1E", "775281000000100", "MED3 (2010) issued - recommend phased return to work"),
    Code("fit-notes", "may_be_fit", "9D1G", "775321000000108", "MED3 (2010) issued - recommend amended duties"),
    Code("fit-notes", "duplicate", "9D17", "751621000000103", "eMED3 (2010) duplicate issued, not fit for work", 4),
    Code("fit-notes", "duplicate", "9D12", "1341000000107", "MED3 duplicate issued"),
    Code("fit-notes", "not_issued", "", "775221000000101", "MED3 (2010) certificate not issued to patient"),
    Code("fit-notes", "back_to_work", "9D14", "14241000000101", "MED3 issued - back to work"),
    Code("fit-notes", "self_certificate", "", "13851000000100", "SC1 - self certificate"),
    Code("fit-notes", "private", "9D5", "1411000000102", "Private sickness certificate"),
)  # fmt: skip
# Section D.
_WORK = (
    Code("employment", "employed", "13JV", "224363007", "Employed", 2),
    Code("employment", "employed", "", "160903007", "Full-time employment", 2),
    Code("employment", "employed", "", "160904001", "Part-time employment", 1),
    Code("employment", "self_employed", "", "160906004", "Self-employed"),
    Code("employment", "sick_leave", "", "224459001", "On sick leave from work"),
    Code("employment", "unemployed", "13J7", "73438004", "Unemployed", 2),
    Code("employment", "unemployed", "13J7-1", "73438004", "Out of work", 0.5),
    Code("employment", "unemployed", "13J7", "", "Unemployed", 0.5),
    Code("employment", "not_in_labour_force", "", "741062008", "Not in labour force"),
    Code("employment", "unable", "", "440584001", "Permanently unable to perform work activities"),
    Code("employment", "retired", "", "105493001", "Retired"),
)  # fmt: skip
# Sections E1, E2 and F; the two SNOMED ids of type 1 are of medium confidence, so both codes are given. Breast cancer
# counts only as a child.
_ASIDE = (
    Code("type-1-dissent", "dissent", "9Nu0", "827241000000103", "Dissent from secondary use of patient data", 4),
    Code("type-1-dissent", "dissent", "9Nu0", "", "Dissent from secondary use of patient data", 1),
    Code("type-1-dissent", "withdrawn", "9Nu1", "827261000000102", "Dissent from secondary use withdrawn"),
    Code("research-contact", "declined", "9QB", "1091881000000109", "Declined invitation to participate in research"),
    Code("research-contact", "invited", "", "780816009", "Invitation to participate in research"),
    Code("palliative", "palliative", "", "414937009", "On gold standards palliative care framework"),
    Code("palliative", "palliative", "", "103735009", "Palliative care"),
    Code("palliative", "not_indicated", "", "1048611000000104", "Palliative care not currently clinically indicated"),
    Code("research-contact", "enrolled", "", "709491003", "Enrollment in clinical trial"),
    Code("cancer", "", "", "363346000", "Malignant neoplastic disease", 2),
    Code("cancer", "", "B3", "", "Malignant neoplasm of bone, connective tissue, skin and breast", 0.5),
    Code("cancer", "", "B34", "", "Malignant neoplasm of female breast", 2, under="B3"),
    Code("interpreter-needed", "", "9NU0", "315594003", "Interpreter needed", 3),
    Code("interpreter-needed", "", "9NU0", "", "Interpreter needed", 1),
    Code("dementia", "", "", "52448006", "Dementia"),
    Code("severe-mental-illness", "", "", "391193001", "On severe mental illness register"),
    Code("learning-disability", "", "", "508171000000105", "Severe learning disability"),
    Code("safeguarding", "", "", "766561000000109", "Adult safeguarding concern"),
    Code("housebound", "", "13CA", "160689007", "Housebound"),
    Code("pain-clinic", "", "8H69", "183568002", "Refer to pain clinic"),
)  # fmt: skip
# No rule looks for these. Case twins of a dissent, a fit note and an unemployment code (clinical-codes, first six
# points); objections to something else (E1); then everyday codes, ids from general knowledge, weights assumed.
_BACKGROUND = (
    Code("background", "twin", "13j7", "", "Case twin of 13J7", 0.05),
    Code("background", "twin", "9d15", "", "Case twin of 9D15", 0.05),
    Code(
        "background",
        "objection",
        "9Nu4",
        "881561000000100",
        "Dissent from disclosure of personal confidential data",
        0.1,
    ),
    Code("background", "objection", "9Nd1", "", "No consent for electronic record sharing", 0.1),
    Code("background", "", "B7", "", "Benign neoplasm", 0.2),
    Code("background", "local", "EMISNQSY1", "", "Synthetic local question", 0.5),
    Code("background", "local", "", "", "Synthetic code with neither Read nor SNOMED", 0.5),
    Code("background", "", "246", "75367002", "Blood pressure", 12, (90, 180, "mmHg")),
    Code("background", "", "22A", "27113001", "Body weight", 8, (45, 130, "kg")),
    Code("background", "", "229", "50373000", "Body height", 3, (145, 200, "cm")),
    Code("background", "", "22K", "60621009", "Body mass index", 5, (17, 42, "kg/m2")),
    Code("background", "", "42W5", "1003671000000109", "Haemoglobin A1c level", 4, (30, 95, "mmol/mol")),
    Code("background", "", "1371", "266919005", "Never smoked tobacco", 5),
    Code("background", "", "137S", "8517006", "Ex-smoker", 3),
    Code("background", "", "137R", "77176002", "Smoker", 2),
    Code("background", "", "G20", "59621000", "Essential hypertension", 2),
    Code("background", "", "H33", "195967001", "Asthma", 2),
    Code("background", "", "C10F", "44054006", "Type 2 diabetes mellitus", 1),
    Code("background", "", "C04", "40930008", "Hypothyroidism", 1),
    Code("background", "", "E2B", "35489007", "Depressive disorder", 2),
    Code("background", "", "171", "49727002", "Cough", 3),
    Code("background", "", "H05z", "54150009", "Upper respiratory infection", 3),
    Code("background", "", "65E", "86198006", "Influenza vaccination", 5),
    Code("background", "", "", "185317003", "Telephone encounter", 9),
    Code("background", "", "", "182836005", "Review of medication", 5),
)
# The hierarchy EMIS carries: one parent a row. Headings only, never used in a record.
_CHAPTERS = tuple(
    Code("chapter", "", letter, "", term)
    for letter, term in {
        "1": "History and symptoms",
        "2": "Examination",
        "4": "Laboratory procedures",
        "6": "Preventive procedures",
        "8": "Other therapeutic procedures",
        "9": "Administration",
        "B": "Neoplasms",
        "C": "Endocrine diseases",
        "E": "Mental disorders",
        "F": "Nervous system diseases",
        "G": "Circulatory diseases",
        "H": "Respiratory diseases",
        "N": "Musculoskeletal diseases",
    }.items()
)
CODES: tuple[Code, ...] = (*_CHAPTERS, *_PAIN, *_NEUROPATHIC, *_CONDITIONS, *_NOTES, *_WORK, *_ASIDE, *_BACKGROUND)
NOT_IN_DICTIONARY = len(CODES)  # an event's code that Coding_ClinicalCode does not hold


@cache
def code_ids() -> tuple[str, ...]:
    """The CodeId of each code, then of NOT_IN_DICTIONARY: 17 or 18 digits in EMIS's own namespace, invented."""
    stems = (f"{900001 + 37 * n + 10 ** (5 + n % 3)}100000611" for n in range(len(CODES) + 1))
    return tuple(stem + verhoeff_digit(stem) for stem in stems)


def find_codes(topic: str, *roles: str) -> tuple[Ints, Floats]:
    """Positions in CODES of a topic (of these roles, if any), and their weights."""
    found = [n for n, code in enumerate(CODES) if code.topic == topic and (not roles or code.role in roles)]
    return np.array(found, np.int64), np.array([CODES[n].weight for n in found])
