"""A city loads itself: `hansa new` makes the folder of a city out of three spreadsheets.

From a bare machine to the first real card in an hour: no sensor, no integration. What it writes is
a folder like any other, small and commented, which people then change.
"""
