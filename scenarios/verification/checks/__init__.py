"""The set-ups, one module per topic: a scenario document, a measure and the oracle it is compared with."""
