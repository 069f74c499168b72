"""Sensing: laws of detection, scans of sensors and spoofing."""
