"""The planner is a library: it works where there is no Django, and everything it names is there."""

import subprocess
import sys
from pathlib import Path

import scheduling.planning

ALONE = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "rest_framework", "requests", "pandas", "icalendar", "scipy"}:
            raise ImportError(name)

sys.meta_path.insert(0, Block())
from scheduling.planning import Belief, StreamedSpec, plan_streamed

plan = plan_streamed(StreamedSpec(target=5, show_probs=(0.2,) * 20, typical=Belief(mean=0.2, weight=214)))
print(plan.invite, plan.now, round(plan.p_target_now, 2), plan.conflict.code)
"""


def test_three_calls_make_a_plan_without_django():
    root = Path(__file__).resolve().parents[3]

    done = subprocess.run([sys.executable, "-c", ALONE], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout.split()[1:] == ["20", "0.37", "people"]


def test_every_name_of_the_library_is_there_and_says_what_it_is():
    names = scheduling.planning.__all__
    things = [getattr(scheduling.planning, name) for name in names]

    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert [name for name, thing in zip(names, things, strict=True) if not thing.__doc__] == []
