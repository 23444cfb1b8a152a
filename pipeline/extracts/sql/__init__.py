"""Pieces of SQL that several suppliers' readers share: dates, keys, Read codes, repeated rows, how new a record is.

Here: SQL over columns of our own names. Not here: anything that only one supplier writes, which stays in its folder.
"""
