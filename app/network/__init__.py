"""Page Network: what is shared, and what each block makes of a face."""
