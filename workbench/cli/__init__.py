"""The headless commands: the same work as in the window, printed instead of painted."""
