"""Several faces at once: a row for each, a column for each branch."""
