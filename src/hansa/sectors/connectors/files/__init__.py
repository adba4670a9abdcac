"""The connector for files: CSV, JSON Lines, XLSX, GeoJSON, plain or packed with gzip."""
