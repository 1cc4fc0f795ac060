"""Settings of all tests of this folder."""

from hypothesis import settings

# A deadline measures the machine, not the code: a busy one would fail a test that is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
