"""A video: every branch's answers over time, and one of its frames to look at more closely."""
