"""The form of the sidebar that trains: its fields, the configurations they make, what a launch would cost."""
