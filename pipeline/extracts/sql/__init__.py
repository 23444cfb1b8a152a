"""Pieces of SQL that several suppliers' readers share: dates, keys, Read codes, repeated rows, how recent records are.

Here: SQL over columns with our own names. Not here: anything that only one supplier writes, which stays in its folder.
"""
