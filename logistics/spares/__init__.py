"""Spares: backorders and fill rates at one place and at two echelons, availability, and the best stock for a budget.

Every failure asks for a spare at once and sends the failed unit to repair (one for one, no batches). Demands are
Poisson. Times are in any unit, the same throughout; demands are per that unit.
"""
