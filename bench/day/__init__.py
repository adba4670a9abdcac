"""The figures of a desk's day: a call's card, five operators, a zone's count, themes, erasure.

`make bench-day` prints what is asked, what was measured and whether it holds; one that does not
hold ends it with 1.
"""
