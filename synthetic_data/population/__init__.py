"""Who the invented people are and what happened to them, whatever the format, drawn chunk by chunk from one seed.

Here: people, registrations, records and the truth about them. Not here: how a supplier writes any of it.
"""
