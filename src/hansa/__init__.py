"""Hansa: an open information environment for cities."""

__version__ = "0.1.0"
