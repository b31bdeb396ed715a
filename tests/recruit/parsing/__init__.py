"""Tests of recruit.parsing."""
