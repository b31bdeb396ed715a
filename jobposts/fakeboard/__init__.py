"""A small server that plays hh.ru and SuperJob on this machine, with faults, for tests and demonstrations.

Nothing in it is a captured answer: every payload is built here from the documented field lists. People, companies
and numbers are invented (``example.org`` addresses). It is no part of an installation's work: it opens a port only
when a test or ``manage.py fake_board`` asks for it.
"""
