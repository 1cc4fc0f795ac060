"""Exchange with the vector formats of other projects, and one JSON file for other languages."""
