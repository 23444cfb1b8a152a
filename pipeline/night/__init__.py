"""The unattended night: what it needs beside the search and the ledger."""
