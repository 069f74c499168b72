"""Views of recorded runs: figures, the replay in a browser and exports to other tools."""
