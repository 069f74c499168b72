"""What the pages and documents of the viewer share: their texts, and self-contained HTML files."""
