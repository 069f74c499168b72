"""Readiness: status accounting, reliability, maintainability and the cost of upkeep of the units of a simulation."""
