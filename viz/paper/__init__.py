"""Texts and self-contained HTML files, common to the pages and documents of the viewer."""
