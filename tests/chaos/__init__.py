"""Proof under failure: what is killed, what races, and that nothing acknowledged is lost."""
