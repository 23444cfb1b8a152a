"""The commands. Turns errors into words and exit codes; everything else lies in `pipeline`."""
