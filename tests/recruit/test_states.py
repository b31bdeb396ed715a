"""The state machines of the pipeline."""

from itertools import product

import pytest

from recruit.errors import TransitionRefusedError
from recruit.states import (
    BULK_MOVES,
    DELIVERY_MOVES,
    IMPORT_MOVES,
    MESSAGE_MOVES,
    OFFER_MOVES,
    PRIVACY_REQUEST_MOVES,
    VACANCY_MOVES,
    BulkEvent,
    BulkState,
    DeliveryEvent,
    DeliveryState,
    ImportEvent,
    ImportState,
    MessageEvent,
    MessageState,
    OfferEvent,
    OfferState,
    PrivacyRequestEvent,
    PrivacyRequestState,
    VacancyEvent,
    VacancyState,
    step,
)

MACHINES = {
    "message": (
        MESSAGE_MOVES, MessageState, MessageEvent,
        """new claim sending; new drop dropped; new park unknown; sending deliver sent; sending defer new; sending fail failed;
        sending lose unknown; unknown resend new; unknown deliver sent; unknown fail failed; failed resend new""",
    ),
    "offer": (OFFER_MOVES, OfferState, OfferEvent, "made accept accepted; made decline declined; made expire expired"),
    "import": (
        IMPORT_MOVES, ImportState, ImportEvent, "running finish done; running fail failed; failed resume running",
    ),
    "vacancy": (
        VACANCY_MOVES, VacancyState, VacancyEvent,
        """draft open open; draft close closed; open pause paused; open fill filled; open close closed; paused open open;
        paused fill filled; paused close closed; filled open open; closed open open""",
    ),
    "webhook": (
        DELIVERY_MOVES, DeliveryState, DeliveryEvent,
        """waiting claim sending; waiting park given_up; sending answer done; sending defer waiting; sending give_up given_up;
        done replay waiting; given_up replay waiting""",
    ),
    "request": (
        PRIVACY_REQUEST_MOVES, PrivacyRequestState, PrivacyRequestEvent, "open do done; open refuse refused",
    ),
    "bulk": (BULK_MOVES, BulkState, BulkEvent, "waiting carry_out done; waiting undo undone; done undo undone"),
}  # fmt: skip
CASES = [
    (name, old, event) for name, (_, states, events, _) in MACHINES.items() for old, event in product(states, events)
]


@pytest.mark.parametrize(("machine", "old", "event"), CASES)
def test_every_pair_moves_as_designed_or_is_refused(machine, old, event):
    moves, states, _, drawing = MACHINES[machine]
    drawn = {(a, b): c for a, b, c in (line.split() for line in drawing.split(";"))}
    expected = drawn.get((old.value, event.value))

    if expected is None:
        with pytest.raises(TransitionRefusedError) as caught:
            step(moves, old, event)
        assert caught.value.message == f"“{event.label}” is not possible: the state is “{old.label}”."
    else:
        assert step(moves, old, event) is states(expected)
