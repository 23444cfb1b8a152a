"""One person, one letter: an append-only record of runs, listings, decisions and contacts."""
