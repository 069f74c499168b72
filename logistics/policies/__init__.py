"""Built-in maintenance policies, batched over replications. They see the maintenance picture alone."""
