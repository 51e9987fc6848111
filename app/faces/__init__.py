"""Page Faces: where each branch looks."""
