"""The store: an extract kept once, brought up to date by each night's delivery, ready to be searched."""
