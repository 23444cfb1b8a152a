"""SRPatient and the tables alongside it: registrations, addresses, telephone numbers, consent to text messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, chance
from synthetic_data.columns import look_up
from synthetic_data.plain.admin import draw_patients
from synthetic_data.population import names
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.registrations import SEXES, TYPES
from synthetic_data.population.rows import NO_DAY
from synthetic_data.tpp.rows import ADDRESS, CONSENT, CONTACT, REGISTRATION, entered, of_patients, patient_ids, row_ids
from synthetic_data.tpp.tables import MIDNIGHT, Columns, Delivery, day_and, truths

_BIRTH = " 00:00"  # SRPatient tells no seconds
# Emergency and pre-registration have other names here; a test patient is registered like anyone else.
_STATUS = dict.fromkeys(TYPES, "GMS,Standard") | {
    "Temporary": "Temporary Resident < 16 days",
    "Private": "Private",
    "Emergency": "Immediately Necessary",
    "Pre Registration": "Applied",
}
# Shares of registrations: assumptions.
_ELSEWHERE, _ELSEWHERE_STILL = 0.10, 0.3  # also has one at another organisation; of those, still
_EARLIER, _MISTAKEN = 0.05, 0.01  # an earlier one here; one that was removed
_MOVED_HOUSE, _OTHER_FOR_LETTERS, _AWAY, _WRONG_ADDRESS = 0.10, 0.01, 0.01, 0.005
_OLD_NUMBER, _WRITTEN_SHORT = 0.05, 0.3
_ASKED, _AGREES = 0.6, 0.9  # about text messages
PERMANENT, TEMPORARY, LETTERS = "0", "1", "3"  # AddressType
HOME, MOBILE, AGREED, REFUSED = "163", "164", "9301", "9302"  # RowIdentifier of SRMapping: invented
_MONTHS = 30

_STRETCH: Final = 10**8  # ids of the kinds of rows that one table has


@dataclass(frozen=True)
class _Spell:
    """Registrations, addresses or numbers of some of the chunk's registrations: when they began and ended."""

    who: Ints
    since: Ints
    until: Ints
    kind: int = 0
    removed: bool = False


def write_people(delivery: Delivery, chunk: Chunk) -> None:
    """A deleted patient is a removed row with only its keys; of the other tables, only registrations remain."""
    shown = draw_patients(chunk)
    write_patients(delivery, chunk, shown)
    write_registrations(delivery, chunk)
    write_addresses(delivery, chunk, shown)
    write_contacts(delivery, chunk, shown)
    write_consents(delivery, chunk)


def write_patients(delivery: Delivery, chunk: Chunk, shown: pl.DataFrame) -> None:
    """`shown` is what the EMIS files say. Some NHS numbers are written in three parts."""
    row, place = chunk.registrations, np.arange(len(chunk.registrations))
    here = ~row.deleted
    parted = pl.Series(place % 10 == 0)
    number = shown["NhsNumber"].cast(pl.String)
    spaced = number.str.replace(r"^(\d{3})(\d{3})(\d{4})$", "$1 $2 $3")
    columns: Columns = {
        "RowIdentifier": pl.Series(patient_ids(chunk)[:-1]),
        "IDOrganisationVisibleTo": chunk.practices.ods.gather(row.practice),
        "Title": shown["Title"],
        "FirstName": shown["GivenName"],
        "Surname": shown["Surname"],
        "NHSNumber": pl.select(pl.when(parted).then(spaced).otherwise(number)).to_series(),
        "DateBirth": day_and(_BIRTH, np.where(here, row.birth, NO_DAY)),
        "DateDeath": day_and(_BIRTH, np.where(here, row.death, NO_DAY)),
        "Gender": look_up(SEXES, np.where(here, chunk.people.sex[row.person], -1)),
        "SpeaksEnglish": pl.lit(None, pl.String),
        "EmailAddress": shown["EmailAddress"],
        "TestPatient": look_up(["FALSE", "TRUE"], np.where(here, row.is_test, -1)),
        "SpineMatched": truths(here & row.nhs_valid),
        "RemovedData": pl.Series(row.deleted.astype(np.int64)),
    }
    delivery.add("SRPatient", columns)


def write_registrations(delivery: Delivery, chunk: Chunk) -> None:
    """The registration itself; then, for some, one elsewhere, an earlier one here, and one that was a mistake."""
    row, rng, count = chunk.registrations, chunk.rng, len(chunk.registrations)
    here = chunk.practices.ods.gather(row.practice)
    own = _Spell(np.arange(count), row.start, row.end)
    before = np.maximum(row.start - rng.integers(30, 3000, count), 1)
    older = before - rng.integers(30, 2000, count)
    since_birth = older > np.where(row.birth == NO_DAY, older, row.birth)
    some = np.flatnonzero(chance(rng, _ELSEWHERE, count))
    left = np.where(chance(rng, _ELSEWHERE_STILL, len(some)), NO_DAY, row.start[some])
    early = np.flatnonzero(chance(rng, _EARLIER, count) & since_birth)
    wrong = np.flatnonzero(chance(rng, _MISTAKEN, count))
    spells = [
        (own, here),
        (_Spell(some, np.maximum(older[some], 1), left, 1), pl.Series([f"ZX{n % 50:04}" for n in some.tolist()])),
        (_Spell(early, older[early], before[early], 2), here.gather(early)),
        (_Spell(wrong, row.start[wrong] + 1, np.zeros(len(wrong), np.int64), 3, removed=True), here.gather(wrong)),
    ]
    for spell, where in spells:
        columns: Columns = {
            **_owned(chunk, REGISTRATION, spell),
            "DateRegistration": day_and(MIDNIGHT, spell.since),
            "DateDeRegistration": day_and(MIDNIGHT, spell.until),
            "RegistrationStatus": look_up([_STATUS[name] for name in TYPES], row.kind[spell.who]),
            "IDOrganisation": where.cast(pl.String),
            "IDOrganisationRegisteredAt": where.cast(pl.String),
        }
        delivery.add("SRPatientRegistration", columns)


def write_addresses(delivery: Delivery, chunk: Chunk, shown: pl.DataFrame) -> None:
    """The address to write to, at home or for letters only; for some also an ended, temporary or wrong address."""
    row, rng, count = chunk.registrations, chunk.rng, len(chunk.registrations)
    alive = np.flatnonzero(~row.deleted)
    letters = chance(rng, _OTHER_FOR_LETTERS, count)[alive]
    open_end = np.zeros(len(alive), np.int64)
    lived = row.start[alive]
    right = shown[alive]
    wrong = _elsewhere(len(alive))

    def some(share: float) -> Bools:
        return chance(rng, share, len(alive))

    moved, away, mistaken = some(_MOVED_HOUSE), some(_AWAY), some(_WRONG_ADDRESS)
    usual = [(~letters, PERMANENT, right, open_end), (letters, LETTERS, right, open_end)]
    besides = [
        (letters, PERMANENT, wrong, open_end),
        (moved, PERMANENT, wrong, lived),
        (away, TEMPORARY, wrong, open_end),
    ]
    kinds = [*usual, *besides, (mistaken, LETTERS, wrong, open_end)]
    for kind, (chosen, address_type, words, until) in enumerate(kinds):
        since = lived - (until > NO_DAY) * 1000
        spell = _Spell(alive[chosen], since[chosen], until[chosen], kind, removed=kind == len(kinds) - 1)
        _add_addresses(delivery, chunk, spell, address_type, words.filter(pl.Series(chosen)))


def _add_addresses(delivery: Delivery, chunk: Chunk, spell: _Spell, address_type: str, words: pl.DataFrame) -> None:
    parts = words["NumberAndStreet"].str.splitn(" ", 2).struct.unnest()
    columns: Columns = {
        **_owned(chunk, ADDRESS, spell),
        "DateEvent": day_and(MIDNIGHT, spell.since),
        "DateTo": day_and(MIDNIGHT, spell.until),
        "NameOfBuilding": words["HouseNameFlatNumber"],
        "NumberOfBuilding": parts["field_0"],
        "NameOfRoad": parts["field_1"],
        "NameOfTown": words["Town"],
        "NameOfCounty": words["County"],
        "FullPostCode": words["Postcode"],
        "AddressType": pl.lit(address_type),
    }
    delivery.add("SRPatientAddressHistory", columns)


def _elsewhere(count: int) -> pl.DataFrame:
    """Addresses where nobody lives now."""
    place = np.arange(count)
    return pl.DataFrame(
        {
            "HouseNameFlatNumber": pl.Series(["Former House"]).gather(np.zeros(count, np.int64)),
            "NumberAndStreet": pl.Series([f"{n + 200} Old Road" for n in range(100)]).gather(place % 100),
            "Town": pl.Series(names.TOWNS).gather(place % len(names.TOWNS)),
            "County": pl.Series([names.COUNTY]).gather(np.zeros(count, np.int64)),
            "Postcode": pl.Series([f"{names.POSTCODE_AREA}99 9ZZ"]).gather(np.zeros(count, np.int64)),
        }
    )


def write_contacts(delivery: Delivery, chunk: Chunk, shown: pl.DataFrame) -> None:
    """Home and mobile numbers, some of the latter without the space; for some an older mobile number."""
    row, rng, count = chunk.registrations, chunk.rng, len(chunk.registrations)
    has_mobile = shown["MobilePhone"].is_not_null().to_numpy()
    short = pl.Series(chance(rng, _WRITTEN_SHORT, count))
    spoken = shown["MobilePhone"]
    mobile = pl.select(pl.when(short).then(spoken.str.replace(" ", "")).otherwise(spoken)).to_series()
    older = pl.Series([f"07700 901{n:03}" for n in range(1000)]).gather(np.arange(count) % 1000)
    had = has_mobile & chance(rng, _OLD_NUMBER, count)
    kinds = ((~row.deleted, HOME, shown["HomePhone"]), (has_mobile, MOBILE, mobile), (had, MOBILE, older))
    for kind, (chosen, contact_type, number) in enumerate(kinds):
        who = np.flatnonzero(chosen)
        day = row.start[who] - 500 * (kind == len(kinds) - 1)
        columns: Columns = {
            **_owned(chunk, CONTACT, _Spell(who, day, np.zeros(len(who), np.int64), kind)),
            "DateEvent": day_and(MIDNIGHT, day),
            "ContactType": pl.lit(contact_type),
            "ContactNumber": number.gather(who),
        }
        delivery.add("SRPatientContactDetails", columns)


def write_consents(delivery: Delivery, chunk: Chunk) -> None:
    """For some patients, whether they agree to text messages."""
    row = chunk.registrations
    who = np.flatnonzero(chance(chunk.rng, _ASKED, len(row)) & ~row.deleted)
    columns: Columns = {
        **_owned(chunk, CONSENT, _Spell(who, row.start[who], np.zeros(len(who), np.int64))),
        "DateEvent": day_and(MIDNIGHT, row.start[who]),
        "SmsConsent": look_up([REFUSED, AGREED], chance(chunk.rng, _AGREES, len(who)).astype(np.int64)),
    }
    delivery.add("SRSmsConsent", columns)


def _owned(chunk: Chunk, table: int, spell: _Spell) -> dict[str, pl.Series | pl.Expr]:
    """The columns that all these tables share; entered on the day they begin."""
    shown = np.ones(len(spell.who), bool)
    return {
        "RowIdentifier": pl.Series(row_ids(table, chunk, spell.kind * _STRETCH + spell.who)),
        **of_patients(chunk, spell.who, shown),
        "DateEventRecorded": entered(chunk, spell.since, shown),
        "RemovedData": pl.lit(int(spell.removed)),
    }
