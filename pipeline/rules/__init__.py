"""What a rule may say: strict models, YAML errors with `file:line:col`, checks against code lists, plain English.

Loading is pure: it reads the rule's files and nothing else. Not here: how a rule is searched (`search`).
"""
