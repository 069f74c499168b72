"""Sensing: laws of detection, the looks of sensors and spoofing."""
