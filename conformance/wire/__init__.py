"""The judge's own wire code: frames and field blocks, able to make every illegal thing.

Nothing here is shared with an implementation under test.
"""
