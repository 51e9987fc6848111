"""Page Compare: several runs side by side, a row for each question."""
