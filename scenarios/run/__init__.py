"""A single run of a scenario: play, record, replay and summarize."""
