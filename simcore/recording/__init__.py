"""Recording: tables, frames, manifests and the folders of runs."""
