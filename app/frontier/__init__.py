"""Page Frontier: what quality costs, run by run."""
