"""The report of a batch, a comparison or a sweep: one HTML file, without scripts and without requests."""
