"""The model card: an HTML file on the purpose of the model, the checks made and the gaps."""
