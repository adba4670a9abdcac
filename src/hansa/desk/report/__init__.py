"""The situation report: one moment of the city as a document."""
