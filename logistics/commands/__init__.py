"""Commands of logistics, found by their entry points: one file per command or subcommand."""
