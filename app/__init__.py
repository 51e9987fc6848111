"""The dashboard: asks questions of esr_core and draws the answers."""
