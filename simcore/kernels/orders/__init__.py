"""Orders: their execution by groups and units, with hosts, recovery and approvals."""
