"""Page Jobs: what runs, and what waits."""
