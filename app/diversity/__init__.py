"""Page Diversity: how differently the branches decide."""
