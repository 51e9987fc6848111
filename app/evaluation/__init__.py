"""Page Evaluation: how good runs are, and whether one can tell them apart."""
