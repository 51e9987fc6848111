"""Page Paper: what of the paper is reproduced here."""
