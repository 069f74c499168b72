"""Orders: their execution by groups and units, hosts, recovery and approvals."""
