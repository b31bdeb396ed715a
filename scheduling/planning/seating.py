"""Who can be seated at all, when people can make some slots only and slots hold so many."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class _Seating:
    """Slots with their people, filled by augmenting paths (bipartite matching with capacities)."""

    def __init__(self, allowed: Mask, room: NDArray[np.intp]) -> None:
        self.choices = [np.flatnonzero(row).tolist() for row in allowed]
        self.room = room.tolist()
        self.crowd: list[list[int]] = [[] for _ in self.room]

    def seat(self, person: int, seen: set[int]) -> bool:
        """Seat a person, moving others along if need be; return whether it could be done."""
        for slot in self.choices[person]:
            if slot in seen or self.room[slot] < 1:
                continue
            seen.add(slot)
            if len(self.crowd[slot]) < self.room[slot] or self._made_room(slot, seen):
                self.crowd[slot].append(person)
                return True
        return False

    def _made_room(self, slot: int, seen: set[int]) -> bool:
        """Move somebody out of a full slot."""
        for other in self.crowd[slot]:
            if self.seat(other, seen):
                self.crowd[slot].remove(other)
                return True
        return False


def longest_prefix(allowed: Mask, room: NDArray[np.intp]) -> list[int]:
    """Return slots for the most people from the start of the list who can be seated together.

    ``allowed`` (people, slots) says who can make what, ``room`` (slots,) how many a slot holds.
    """
    seating = _Seating(allowed, room)
    people = 0
    while people < len(seating.choices) and seating.seat(people, set()):
        people += 1
    slots = [-1] * people
    for slot, members in enumerate(seating.crowd):
        for person in members:
            slots[person] = slot
    return slots
