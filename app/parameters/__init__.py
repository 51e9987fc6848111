"""Page Parameters: what branching costs."""
