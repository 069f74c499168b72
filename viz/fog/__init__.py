"""Who knew of a thing, and when: one rule for the replay page and for the exports."""
