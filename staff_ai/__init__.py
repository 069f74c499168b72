"""The AI staff: advice to a commander, learned policies and their assessment."""
