"""The products this population is prescribed: names as practices record them, generic and brand.

`topic` is the generator's own view of what a product is for. The dm+d ids are those in the clinical-codes note (B4). A
product without one there has none here, just as appliances and local mixtures have none in a real dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic_data.arrays import Floats, Ints
from synthetic_data.check_digits import verhoeff_digit


@dataclass(frozen=True)
class Medicine:
    """One row of Coding_DrugCode. `quantity` lasts 28 days."""

    topic: str
    name: str
    dmd: str = ""
    weight: float = 1.0
    quantity: int = 56
    unit: str = "tablet"


_OPIOIDS = (
    Medicine("opioids", "Co-codamol 30mg/500mg tablets", "42009811000001101", 9, 200),
    Medicine("opioids", "Co-codamol 8mg/500mg tablets", "42010211000001106", 5, 200),
    Medicine("opioids", "Zapain 30mg/500mg tablets", "", 1, 200),
    Medicine("opioids", "Codeine 30mg tablets", "42010411000001105", 6, 112),
    Medicine("opioids", "Dihydrocodeine 30mg tablets", "39708511000001104", 2, 112),
    Medicine("opioids", "Tramadol 50mg capsules", "42017811000001106", 5, 100, "capsule"),
    Medicine("opioids", "Morphine 10mg modified-release tablets", "36126511000001106", 1.5),
    Medicine("opioids", "Zomorph 10mg modified-release capsules", "", 2, 56, "capsule"),
    Medicine("opioids", "Morphine sulfate 10mg/5ml oral solution", "36128311000001101", 1, 300, "ml"),
    Medicine("opioids", "Oxycodone 5mg capsules", "42016011000001103", 1, 56, "capsule"),
    Medicine("opioids", "Longtec 10mg modified-release tablets", "", 1),
    Medicine("opioids", "Fentanyl 25micrograms/hour transdermal patches", "36120011000001101", 0.7, 10, "patch"),
    Medicine("opioids", "Buprenorphine 5micrograms/hour transdermal patches", "9567211000001104", 1, 4, "patch"),
    Medicine("opioids", "Butec 5micrograms/hour transdermal patches", "", 1.5, 4, "patch"),
    Medicine("opioids", "Tapentadol 50mg tablets", "42017511000001108", 0.3),
)
_GABAPENTINOIDS = (
    Medicine("gabapentinoids", "Gabapentin 300mg capsules", "42129711000001109", 4, 84, "capsule"),
    Medicine("gabapentinoids", "Gabapentin 300mg capsules", "323014008", 1, 84, "capsule"),  # the previous VMP id
    Medicine("gabapentinoids", "Pregabalin 75mg capsules", "42135711000001109", 4, 56, "capsule"),
    Medicine("gabapentinoids", "Pregabalin 75mg capsules", "415167006", 1, 56, "capsule"),  # the previous VMP id
    Medicine("gabapentinoids", "Lyrica 75mg capsules", "", 0.5, 56, "capsule"),
    Medicine("gabapentinoids", "Neurontin 300mg capsules", "", 0.3, 84, "capsule"),
)
_SUBSTITUTION = (
    Medicine("opioid-substitution", "Methadone 1mg/ml oral solution", "", 3, 840, "ml"),
    Medicine("opioid-substitution", "Subutex 8mg sublingual tablets", "", 1, 28),
)
# Nothing that the rule counts; the first few could be mistaken for an opioid or a pain medicine.
_BACKGROUND = (
    Medicine("background", "Codeine 15mg/5ml linctus", "", 0.3, 200, "ml"),
    Medicine("background", "Galcodine 15mg/5ml linctus", "", 0.1, 200, "ml"),
    Medicine("background", "Naproxen 500mg tablets", "", 3),
    Medicine("background", "Ibuprofen 400mg tablets", "", 2, 84),
    Medicine("background", "Amitriptyline 10mg tablets", "", 3, 28),
    Medicine("background", "Duloxetine 30mg gastro-resistant capsules", "", 1, 28, "capsule"),
    Medicine("background", "Sertraline 50mg tablets", "", 5, 28),
    Medicine("background", "Paracetamol 500mg tablets", "", 4, 100),
    Medicine("background", "Co-amoxiclav 500mg/125mg tablets", "", 1, 21),
    Medicine("background", "Atorvastatin 20mg tablets", "", 8, 28),
    Medicine("background", "Amlodipine 5mg tablets", "", 6, 28),
    Medicine("background", "Ramipril 5mg capsules", "", 6, 28, "capsule"),
    Medicine("background", "Omeprazole 20mg gastro-resistant capsules", "", 7, 28, "capsule"),
    Medicine("background", "Metformin 500mg tablets", "", 4),
    Medicine("background", "Levothyroxine sodium 50microgram tablets", "", 4, 28),
    Medicine("background", "Salbutamol 100micrograms/dose inhaler CFC free", "", 3, 1, "dose"),
    Medicine("background", "Amoxicillin 500mg capsules", "", 3, 15, "capsule"),
    Medicine("background", "Emollient, paraffin 50/50 ointment", "", 2, 500, "gram"),
)
MEDICINES: tuple[Medicine, ...] = (*_OPIOIDS, *_GABAPENTINOIDS, *_SUBSTITUTION, *_BACKGROUND)


@cache
def medicine_ids() -> tuple[str, ...]:
    """The CodeId of each product: 17 or 18 digits in EMIS's drug namespace, invented."""
    stems = (f"{700003 + 41 * n + 10 ** (5 + 2 * (n % 2))}100003311" for n in range(len(MEDICINES)))
    return tuple(stem + verhoeff_digit(stem) for stem in stems)


def find_medicines(topic: str) -> tuple[Ints, Floats]:
    """Positions in MEDICINES of a topic, and their weights."""
    found = [n for n, medicine in enumerate(MEDICINES) if medicine.topic == topic]
    return np.array(found, np.int64), np.array([MEDICINES[n].weight for n in found])
