"""What is pressed on a person's page and in the connections, and what is said where it cannot be done."""

import pytest
from django.urls import reverse

from recruit.messaging import webhooks
from recruit.models import ApiKey, AuditEntry, Comment, Message, Offer, WebhookDelivery, WebhookEndpoint
from recruit.permissions import Role
from recruit.services.keys import new_key
from recruit.states import DeliveryState
from tests.recruit.http_sink import serving
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import NINE, application, candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return signed(Role.ADMIN)[0]


def test_an_empty_comment_and_an_offer_without_pay_are_refused_in_words(client):
    row = application()

    comment = client.post(reverse("application-comment", args=[row.pk]), {"text": "  "}, follow=True)
    offer = client.post(reverse("application-offer", args=[row.pk]), {"pay": "much"}, follow=True)

    assert (len(toasts(comment)), len(toasts(offer))) == (1, 1)
    assert (Comment.objects.count(), Offer.objects.count()) == (0, 0)


def test_an_offer_that_was_answered_is_not_answered_again(client):
    made = Offer.objects.create(application=application(), pay=1, made_at=NINE, state="declined")

    page = client.post(reverse("offer-settle", args=[made.pk]), {"event": "accept"}, follow=True)

    made.refresh_from_db()
    assert (len(toasts(page)), made.state) == (1, "declined")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"channel": "email", "body": ""}, "Write something first."),
        ({"channel": "sms", "body": "Hello"}, "There is no address for that channel."),
    ],
)
def test_a_letter_without_words_or_without_an_address_is_not_written(client, form, said):
    person = candidate(email="anna@mail.test")

    page = client.post(reverse("candidate-write", args=[person.pk]), form, follow=True)

    assert (toasts(page), Message.objects.count()) == ([said], 0)


def test_a_key_gets_another_name_and_the_change_is_audited(client):
    key, _text = new_key(user=signed(Role.INTEGRATOR)[1], name="board")
    form = client.get(reverse("settings-key", args=[key.pk])).context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields} | {"name": "CRM", "rate_per_minute": 60}

    page = client.post(reverse("settings-key", args=[key.pk]), data, follow=True)

    assert (toasts(page), ApiKey.objects.get(pk=key.pk).name) == (["Saved."], "CRM")
    assert AuditEntry.objects.get(action="key.changed").data["fields"][0] == "name"


def test_an_address_is_tried_switched_off_and_on_and_forgotten(client, settings):
    with serving(settings) as sink:
        endpoint, _key = webhooks.new_endpoint(name="CRM", url=f"{sink.base}/hook", kinds=[])
        act = reverse("settings-webhook-act", args=[endpoint.pk])
        sink.statuses = [200, 500]
        said = [toasts(client.post(act, {"what": "test"}, follow=True)) for _ in range(2)]

    active = []
    for what in ("off", "on"):
        client.post(act, {"what": what})
        active.append(WebhookEndpoint.objects.get().is_active)
    busy = WebhookDelivery.objects.latest("pk")
    WebhookDelivery.objects.filter(pk=busy.pk).update(state=DeliveryState.SENDING)
    replay = client.post(reverse("settings-webhook-replay", args=[busy.pk]), follow=True)
    client.post(act, {"what": "forget"})

    assert said == [["The address answered 200."], ["It did not work: HTTP 500"]]
    assert (active, len(toasts(replay)), WebhookEndpoint.objects.count()) == ([False, True], 1, 0)
    assert list(
        AuditEntry.objects.filter(action__startswith="webhook.").order_by("pk").values_list("action", flat=True)
    ) == [
        "webhook.off",
        "webhook.on",
        "webhook.forgotten",
    ]
