"""Page Atlas: where the branches look, over all faces."""
