"""One connection to the target: its transport, its frames in both directions, what has been seen on it."""
