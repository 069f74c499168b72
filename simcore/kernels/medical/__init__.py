"""People and their care: injuries, their course, first aid, triage, evacuation, facilities and return to duty."""
