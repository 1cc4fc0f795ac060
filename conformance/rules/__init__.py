"""What the RFCs ask and allow, as data: requirements, situations and outcomes, needs, passive rules."""
