"""The set-ups, a module per topic: a scenario document, a measure and its oracle."""
