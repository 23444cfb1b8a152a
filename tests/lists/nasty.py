"""Text that someone might type, paste or plant in a record."""

from hypothesis import strategies as st

TRIGGERS = "=+-@\uff1d\uff0b\uff0d\uff20"
_TROUBLE = (
    TRIGGERS + "'\"\t\r\n ,;&<>_xA01\x00\x07\x1b\x85\u2028\u202e\u2066\u200b\ufeff\ufffe\uffff\ud800\udfff\U0001f600"
)

nasty_text = (
    st.text(st.sampled_from(_TROUBLE), max_size=12)
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(
        ["_x0041_", "=cmd|'/c calc'!A1", '=HYPERLINK("https://example.org")', "https://example.org", "1E5"]
    )
)
