"""Tables: users' files read and checked by column, and aligned tables for the terminal."""
