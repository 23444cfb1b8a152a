import re
import unicodedata

import pytest
from hypothesis import given

from pipeline.lists.text_safety import make_safe
from tests.lists.nasty import TRIGGERS, nasty_text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("O'Brien", "O'Brien"),
        ("'t Hart", "'t Hart"),  # a real surname: an apostrophe alone is no formula
        ("Zoë-Élodie", "Zoë-Élodie"),  # a hyphen inside is no formula either
        ("0007", "0007"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+44 1632 960000", "'+44 1632 960000"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),  # full-width equals sign
        ("  =1", "'  =1"),
        ("\t=1", "' =1"),  # the tab is a space by then
        ("\r\n@x", "' @x"),
        ("\ufeff=1", "'\ufeff=1"),
        ("'=1", "''=1"),  # so that it differs from what "=1" becomes
        ("two\r\nlines\x0bthree", "two lines three"),
        ("nul\x00bell\x07", "nul\ufffdbell\ufffd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),  # would be shown as exe.png
        ("half \ud83d pair", "half \ufffd pair"),
        ("\uffff", "\ufffd"),
    ],
)
def test_examples(text: str, safe: str) -> None:
    assert make_safe(text) == safe


@given(nasty_text)
def test_no_formula_and_nothing_unprintable(text: str) -> None:
    safe = make_safe(text)
    safe.encode()  # no half of a pair is left
    assert not {unicodedata.category(character) for character in safe} & {"Cc", "Cs", "Zl", "Zp"}
    assert not safe.strip(" \u200b\ufeff").startswith(tuple(TRIGGERS))


def undo(safe: str) -> str:
    """The rule the module documents: where apostrophes and spaces lead up to a sign, the first apostrophe goes."""
    return re.sub(r"^'(?=['\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])", "", safe)


@given(nasty_text)
def test_the_apostrophe_can_be_taken_off_again(text: str) -> None:
    printable = re.sub(r"[\x00-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", "", text)
    assert undo(make_safe(printable)) == printable
