"""The figures of docs/performance.md, measured on the product's own commands.

Each measure starts `hansa` as a process of its own, on loopback, in a home that is thrown
away, and reads clocks from outside. Nothing here is a test: a slow machine prints slow figures.
"""
