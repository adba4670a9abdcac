"""The connector for servers of the OGC SensorThings API."""
