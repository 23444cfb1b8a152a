"""The population as an EMIS-X Explorer export: its files, headers and codes.

`write` begins an extract and gives what writes a chunk of people. Who they are is `synthetic_data.population`'s matter.
"""
