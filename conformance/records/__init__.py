"""The run record, and what is read out of one or held against one: baselines, differences, coverage."""
