"""The model card: one HTML file that says what the model is for, what was checked, and what was not."""
