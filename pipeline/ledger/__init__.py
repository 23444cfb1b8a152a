"""The ledger: an append-only store of runs, listings, decisions and contacts, in which one person is written to once.

Not here: what the record says about a person (`search`, `people`), and the files of a run or a letter (`runs`).
"""
