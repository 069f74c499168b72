"""One run of a scenario: played, recorded, played again, and summed up."""
