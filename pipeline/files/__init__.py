"""Files and folders as such: private and atomic writing, publishing a folder whole, bounded reading, locks.

Not here: what any file means, or where a run's files are (`runs.paths`).
"""
