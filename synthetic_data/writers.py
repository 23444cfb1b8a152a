"""Every format that the population can be written in. A new one is a folder here and a line in this list."""

from __future__ import annotations

from synthetic_data.aurum.write import start_aurum
from synthetic_data.emis.write import start_emis
from synthetic_data.explorer.write import start_explorer
from synthetic_data.omop.write import start_omop
from synthetic_data.order import FormatWriter
from synthetic_data.plain.write import start_plain
from synthetic_data.tpp.write import start_tpp

_ALL = (
    FormatWriter("emis", start_emis, has_deltas=True),
    FormatWriter("aurum", start_aurum),
    FormatWriter("explorer", start_explorer),
    FormatWriter("omop", start_omop),
    FormatWriter("plain", start_plain),
    FormatWriter("tpp", start_tpp),
)
WRITERS: dict[str, FormatWriter] = {each.key: each for each in _ALL}
