"""Who is one person, which of their records may be listed, which practices are searched, and people named by hand.

Not here: whether a person meets a rule (`search`), and what was decided about them before (`ledger`).
"""
