"""The Common Alerting Protocol: warnings of authorities."""
