"""The folder of a run: where each file is (`paths`), writing (`write`, `record`, `manifest`) and reading it (`read`).

Not here: deciding who is listed (`casefinding`), or which run's lists are in use (`ledger`, `night`).
"""
