"""The policy staff: what to buy for a budget, how to fight with it, how sure that is, and what is worth finding out."""
