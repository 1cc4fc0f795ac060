"""Plays a case and judges it: reactions, expectations, the control, the verdict."""
