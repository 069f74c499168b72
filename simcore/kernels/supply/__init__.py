"""Supply: stores, shipments, carriers and recovery vehicles."""
