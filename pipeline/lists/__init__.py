"""The list that a practice reviews: its columns, its CSV for programs, its workbook for people, and safe text in cells.

Not here: who is on a list and why (`casefinding`), and where a run puts its files (`runs`).
"""
