"""Page Convergence: how fast each branch learns."""
