"""Measurements from outside the messages: InfluxDB, a table of a host's, and how often they are asked."""
