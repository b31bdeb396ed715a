"""``tests.chaos.world`` as a program, for a database that is not the test's: ``make 40``, ``look``, ``let-go``."""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    from tests.chaos import world

    what = {"make": lambda: world.make(int(sys.argv[2])), "look": world.look, "let-go": world.let_go}[sys.argv[1]]
    print(json.dumps(what()))
