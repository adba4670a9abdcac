"""GTFS-realtime: vehicles and service alerts."""
