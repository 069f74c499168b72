"""Measures: their table, their values from final states, and their estimates with intervals."""
