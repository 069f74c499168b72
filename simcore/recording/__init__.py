"""Recording: tables, frames, manifests and run folders."""
