"""The doors by which data come in: each a folder of one plan (README.md beside this file)."""
