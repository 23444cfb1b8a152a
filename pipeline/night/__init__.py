"""The unattended night: deliveries, a search for each study, the ledger, the lists and the page. Start at `run_night`.

Not here: how a search finds people (`casefinding`), or what the ledger keeps about them (`ledger`).
"""
