"""GTFS Schedule: stops and routes of a zip."""
