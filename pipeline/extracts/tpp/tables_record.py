"""TPP SystmOne: coded entries, and medications, where one row is one issue."""

from __future__ import annotations

from pipeline.extracts.gaps import RECORDED_ON, Lost, Topic
from pipeline.extracts.sql.expressions import day_sql, number_sql, says_true_sql, unclear_sql
from pipeline.extracts.tpp.sql import ctv3_sql, dated_sql, length_sql, link_key_sql, link_sql
from pipeline.extracts.tpp.table import OWNED_ROW, ColumnGap, TppTable, owned_layout

_ENTERED = ColumnGap("DateEventRecorded", RECORDED_ON)
_ROW = {
    **OWNED_ROW,
    "odd_key": "RowIdentifier",
    "patient": link_key_sql("IDPatient"),
    "recorded_on": day_sql("DateEventRecorded"),
    "encounter": link_key_sql("IDEvent"),
    "is_confidential": unclear_sql("RemovedData"),
}
# A row that is not numeric holds 0 or -1. If nothing says whether a row is numeric, these two are read as no value.
_VALUE = number_sql("NumericValue")
_IS_NUMERIC = says_true_sql("IsNumeric")
_NOTES = "In SystmOne the length of a fit note is a separate entry in the same event"

CODE = TppTable(
    "SRCode",
    "tpp_code",
    owned_layout(
        ("IDPatient",),
        (
            *("DateEventRecorded", "DateEvent", "CTV3Code", "CTV3Text", "SNOMEDCode", "SNOMEDText"),
            *("IsNumeric", "NumericValue", "NumericUnit", "IDEvent"),
        ),
        ("DateEventRecorded", "DateEvent"),
        ("SNOMEDCode", "IDPatient", "IDEvent"),
    ),
    {
        **_ROW,
        "ctv3": ctv3_sql("CTV3Code"),
        "snomed": link_sql("SNOMEDCode"),
        "ctv3_text": "CTV3Text",
        "snomed_text": "SNOMEDText",
        **dated_sql("DateEvent"),
        "value": f"CASE WHEN {_IS_NUMERIC} = 1 OR (IsNumeric IS NULL AND {_VALUE} NOT IN (0, -1)) THEN {_VALUE} END",
        "unit": f"CASE WHEN {_IS_NUMERIC} = 1 OR IsNumeric IS NULL THEN NumericUnit END",
    },
    (
        ColumnGap("CTV3Code", Lost(Topic.CODES, "the CTV3 codes of rows: a list of Read or CTV3 codes finds nothing")),
        ColumnGap(
            "SNOMEDCode",
            Lost(Topic.CODES, "the SNOMED codes of rows: those in SRCtv3ToSnomed are used, if just one fits"),
        ),
        ColumnGap("DateEvent", Lost(Topic.EVENTS, "when anything happened: a rule finds only what may have any date")),
        _ENTERED,
        ColumnGap("IDEvent", Lost(Topic.ENCOUNTER, "which coded entries belong to one consultation")),
        ColumnGap("IDEvent", Lost(Topic.NOTE_LENGTH, f"how long a fit note lasts. {_NOTES}")),
        ColumnGap("NumericValue", Lost(Topic.VALUE, "what was measured")),
        ColumnGap(
            "NumericValue",
            Lost(Topic.NOTE_LENGTH, f"how long a fit note lasts. {_NOTES}, with the number as its value"),
        ),
        ColumnGap("IsNumeric", Lost(Topic.VALUE, "which values mean that there is none: 0 and -1 are read so")),
        ColumnGap("NumericUnit", Lost(Topic.UNIT, "the unit of a value")),
    ),
)
_ELSEWHERE = ("IsOtherMedication", "IsHospitalMedication", "IsDentalMedication")
_IS_ELSEWHERE = " + ".join(says_true_sql(column) for column in _ELSEWHERE)
_REPEAT = says_true_sql("IsRepeatMedication")
_QUANTITY = r"'^(\d+(?:\.\d+)?)\s*(.*)$'"

MEDICATION = TppTable(
    "SRPrimaryCareMedication",
    "tpp_medication",
    owned_layout(
        ("IDPatient",),
        (
            *("DateEventRecorded", "DateEvent", "DateMedicationStart", "DateMedicationEnd", "IDMultiLexDMD"),
            *("IDMultiLexProduct", "NameOfMedication", "MedicationQuantity", "IsRepeatMedication", *_ELSEWHERE),
            *("IDRepeatTemplate", "IDEvent"),
        ),
        ("DateEventRecorded", "DateEvent", "DateMedicationStart", "DateMedicationEnd"),
        ("IDMultiLexDMD", "IDMultiLexProduct", "IDPatient", "IDEvent"),
    ),
    {
        **_ROW,
        "dmd": link_sql("IDMultiLexDMD"),
        "product": link_sql("IDMultiLexProduct"),
        "name": "NameOfMedication",
        # The start is the day of the issue; DateEvent can be in the future.
        **dated_sql("coalesce(DateMedicationStart, DateEvent)"),
        "kind": f"CASE WHEN {_IS_ELSEWHERE} > 0 THEN 'elsewhere' WHEN {_REPEAT} = 1 THEN 'repeat' "
        f"WHEN IsRepeatMedication IS NOT NULL THEN 'acute' "
        f"WHEN {link_sql('IDRepeatTemplate')} IS NOT NULL THEN 'repeat' ELSE 'unknown' END",
        "course": link_key_sql("IDRepeatTemplate"),
        "quantity": f"try_cast(nullif(regexp_extract(MedicationQuantity, {_QUANTITY}, 1), '') AS DOUBLE)",
        "unit": f"nullif(regexp_extract(MedicationQuantity, {_QUANTITY}, 2), '')",
        "duration_days": length_sql("DateMedicationStart", "DateMedicationEnd"),
    },
    (
        ColumnGap(
            "DateMedicationStart", Lost(Topic.PRECISION, "when a medication was issued: the day of its event is used")
        ),
        _ENTERED,
        ColumnGap("IDMultiLexDMD", Lost(Topic.CODES, "the dm+d codes of products: a list finds them by name only")),
        ColumnGap("NameOfMedication", Lost(Topic.CODES, "the names of products: a list finds them by dm+d code only")),
        ColumnGap("IsRepeatMedication", Lost(Topic.KIND, "which medications are acute")),
        *(
            ColumnGap(column, Lost(Topic.KIND, f"which medications were issued elsewhere ({where})"))
            for column, where in zip(_ELSEWHERE, ("anywhere", "in a hospital", "by a dentist"), strict=True)
        ),
        ColumnGap("MedicationQuantity", Lost(Topic.OTHER, "how much was prescribed")),
        ColumnGap("DateMedicationEnd", Lost(Topic.OTHER, "how many days a prescription lasts")),
        ColumnGap("IDRepeatTemplate", Lost(Topic.OTHER, "which issues belong to one course")),
    ),
)
