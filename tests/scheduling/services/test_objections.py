"""Who objected to forecasts: nothing of them is learned from, and nothing of them is used."""

from datetime import timedelta

import pytest

from recruit.models import Candidate
from scheduling.attendance import Invitee
from scheduling.models import Invitation
from scheduling.services.attendance import applicants_of, invitees_of, outcomes
from scheduling.states import InvitationState
from tests.scheduling import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return world.opened()


@pytest.fixture
def invitations(session):
    return [world.invited(session, name) for name in ("Anna Petrova", "Boris Orlov")]


def object_of(invitation):
    Candidate.objects.filter(pk=invitation.application.candidate_id).update(no_forecast=True)
    return Invitation.objects.select_related("application__candidate", "application__source").get(pk=invitation.pk)


def test_the_model_is_told_nothing_of_them(session, invitations):
    objected = object_of(invitations[0])
    at = session.starts_at - timedelta(hours=5)

    told = invitees_of([objected, invitations[1]], at=at)

    assert told[0] == Invitee()
    assert told[1] != Invitee()
    assert applicants_of([objected.application], session, at=at) == [Invitee()]


def test_what_they_did_is_not_learned_from(session, invitations):
    Invitation.objects.update(state=InvitationState.NO_SHOW)
    before = session.starts_at + timedelta(days=1)
    assert len(list(outcomes(before=before))) == 2

    object_of(invitations[0])

    assert len(list(outcomes(before=before))) == 1
