"""What a folder of files is, which rules it can serve, and what to do next, before anything is kept.

Not here: whether the extract can be trusted (`quality`), or how a format is read and recognised (`extracts`).
"""
