"""Fighting: targets, fires, flight, interception, damage, mines and losses."""
