"""Views draw one thing each from records; they read no files and compute nothing."""
