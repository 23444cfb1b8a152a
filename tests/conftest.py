"""What every test shares: the day it is, or the invented extracts would grow too old."""

import os

os.environ["CASEFINDER_TODAY"] = "2026-11-21"
