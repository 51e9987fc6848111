"""Page Runs: what has been trained, and how good it is."""
