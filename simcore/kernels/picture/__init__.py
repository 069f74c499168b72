"""Picture: sightings and the contacts of sides and units."""
