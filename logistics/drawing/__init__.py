"""Pictures as SVG text, without a drawing library."""
