"""Interviews: sessions, plans, invitations, arrivals, results."""
