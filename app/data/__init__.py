"""Page Data: what there is to learn from."""
