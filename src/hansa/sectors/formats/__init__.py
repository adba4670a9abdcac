"""Documents of the standards as rows: pure functions of bytes, no network and no clock.

A connector fetches a document, a format turns it into plain rows (column -> value), and the
source's mapping says what the columns mean. So a format is tried on captured documents alone.
"""
