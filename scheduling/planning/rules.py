"""Who may be invited to which slot: availability and notice, slots already sent, room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import check_listed, check_whole
from scheduling.planning.laws import MAX_INVITED, MAX_SLOTS
from scheduling.planning.seating import Mask


@dataclass(frozen=True, slots=True)
class Rules:
    """Where people may go.

    ``allowed[i]`` the slots person i can make (availability and earliest useful notice), None for all; ``locked`` slots already sent, by
    person; ``room`` the most people invited to each slot.
    """

    allowed: Sequence[Collection[int] | None] | None = None
    locked: Mapping[int, int] | None = None
    room: Sequence[int] | None = None

    def mask(self, people: int, slots: int) -> Mask:
        """Return who may go where, shape (people, slots); raise ``ValueError`` naming the field."""
        mask = np.ones((people, slots), dtype=np.bool_)
        if self.allowed is not None:
            if len(self.allowed) != people:
                raise ValueError(f"allowed: {len(self.allowed)} entries for {people} people")
            for person, choice in enumerate(self.allowed):
                if choice is None:
                    continue
                check_listed("allowed", choice)
                for slot in choice:
                    check_whole("allowed", slot, most=MAX_SLOTS)
                if any(not 0 <= slot < slots for slot in choice):
                    raise ValueError(f"allowed: person {person} has a slot outside 0..{slots - 1}")
                mask[person] = False
                mask[person, list(choice)] = True
        for person, slot in (self.locked or {}).items():
            check_whole("locked", person, most=MAX_INVITED)
            check_whole("locked", slot, most=MAX_SLOTS)
            if not 0 <= person < people or not 0 <= slot < slots:
                raise ValueError(f"locked: person {person} in slot {slot} does not exist")
            mask[person] = False
            mask[person, slot] = True
        empty = np.flatnonzero(~mask.any(axis=1))
        if len(empty):
            raise ValueError(f"allowed: person {int(empty[0])} can make no slot")
        return mask

    def rooms(self, people: int, slots: int) -> NDArray[np.intp]:
        """Return the most people of each slot; raise ``ValueError`` for a wrong length or a negative number."""
        if self.room is None:
            return np.full(slots, max(people, 1), dtype=np.intp)
        for places in self.room:
            check_whole("room", places)
        if len(self.room) != slots:
            raise ValueError(f"room: {len(self.room)} numbers for {slots} slots")
        return np.minimum(np.array(self.room, dtype=np.intp), max(people, 1))

    def prefix(self, people: int) -> Rules:
        """Return the rules for the first ``people`` of the list."""
        allowed = None if self.allowed is None else self.allowed[:people]
        locked = {i: t for i, t in (self.locked or {}).items() if i < people}
        return Rules(allowed, locked, self.room)


ANYWHERE = Rules()
