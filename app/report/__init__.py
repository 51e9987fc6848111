"""Reports: what a page shows, as one file that opens without this program, and as an archive of its parts."""
