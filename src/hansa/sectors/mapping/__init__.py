"""Mappings: the YAML of a city's `sources/` read, checked and compiled into one pure function."""
