"""Tests of recruit.tables."""
