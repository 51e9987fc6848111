"""What stands on every page: the sidebar, the session and its address, settings, permissions, clicks."""
