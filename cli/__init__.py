"""The commands, one module for each group, and the place where errors become sentences and exit codes.

Not here: anything that reads records or decides. That is all in `pipeline`.
"""
