"""Rows of guard: the journal, accounts and sessions in the city's store, the vault's own files."""
