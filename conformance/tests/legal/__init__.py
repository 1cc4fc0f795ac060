"""Servers that follow the RFCs in unusual ways: the embedded one, changed by the gate that mutants have."""
