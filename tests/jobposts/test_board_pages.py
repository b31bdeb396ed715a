"""The pages of job boards: log in, read, write a draft, spend money once, tie, take a board's step."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jobposts.fakeboard.faults import Faults
from jobposts.models import BoardAccount, BoardResponse, Posting, Promotion
from jobposts.services import steps
from jobposts.states import PostingState, PromotionState
from recruit.models import AuditEntry, ImportRun, Spend
from recruit.permissions import Role
from tests.jobposts.world import connected, played, pulled
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def fake(settings, tmp_path, faults):
    settings.MEDIA_ROOT = tmp_path / "files"
    with played(settings, replies=6, faults=faults) as board:
        yield board


@pytest.fixture
def client():
    return signed(Role.ADMIN)[0]


# -- accounts ------------------------------------------------------------------------------------------------------------


def log_in(client, fake, **answer):
    client.post(reverse("board-connect"), {"system": "headhunter"})
    state = client.session["board_connect"]["state"]
    return client.get(reverse("board-connected"), {"state": state, **answer}, follow=True)


def test_a_log_in_at_the_board_connects_the_account_of_whoever_began_it(client, fake):
    page = client.post(reverse("board-connect"), {"system": "headhunter"})
    assert page.context["address"].startswith(f"{fake.base}/oauth/authorize?")
    denied = log_in(client, fake, error="access_denied")
    nothing = BoardAccount.objects.exists()
    strange = client.get(reverse("board-connected"), {"state": "made up", "code": "x"}, follow=True)

    assert toasts(denied) == ["The board was not allowed to let us in."]
    assert toasts(strange) == ["This answer of the board belongs to no log-in of yours; begin again."]
    assert nothing is False

    let_in = log_in(client, fake, code="fake-code")
    again = log_in(client, fake, code="fake-code")

    row = BoardAccount.objects.get()
    assert (row.employer_id, bool(row.access)) == (str(fake.world.employer), True)
    assert toasts(let_in) == toasts(again) == [f"{row} is connected."]


def test_a_board_we_have_no_access_to_is_not_logged_in_to(client, settings):
    settings.BOARD_APPS = {}

    page = client.post(reverse("board-connect"), {"system": "headhunter"}, follow=True)

    assert (len(toasts(page)), "board_connect" in client.session) == (1, False)


def test_an_account_is_switched_off_and_on_its_captcha_solved_and_its_tokens_forgotten(client, fake):
    account = connected(fake)
    BoardAccount.objects.filter(pk=account.pk).update(captcha_url="https://hh.test/captcha")

    def press(what):
        client.post(reverse("board-account-act", args=[account.pk]), {"what": what})
        account.refresh_from_db()
        return account.is_on, account.captcha_url, bool(account.access)

    assert press("off") == (False, "https://hh.test/captcha", True)
    assert press("on") == (True, "https://hh.test/captcha", True)
    assert press("solved") == (True, "", True)
    assert press("disconnect") == (True, "", False)
    assert [one.action for one in AuditEntry.objects.order_by("pk") if one.action.startswith("board.")] == [
        "board.off",
        "board.on",
        "board.disconnected",
    ]


def test_notices_are_asked_for_where_the_board_has_any(client, fake):
    ours, other = connected(fake), connected(fake, "superjob")

    said = [
        toasts(client.post(reverse("board-account-act", args=[one.pk]), {"what": "notices"}, follow=True))
        for one in (ours, other)
    ]

    assert said == [["The board sends its notices here now."], ["This board sends no notices; it is polled."]]


def test_an_account_is_read_when_asked_and_not_twice_at_once(client, fake):
    account = connected(fake)

    first = client.post(reverse("board-read", args=[account.pk]))
    second = client.post(reverse("board-read", args=[account.pk]))

    run = ImportRun.objects.get()
    assert first.headers["Location"] == reverse("import", args=[run.pk])
    assert second.headers["Location"] in {reverse("import", args=[run.pk]), reverse("board-account", args=[account.pk])}


# -- postings ------------------------------------------------------------------------------------------------------------


DRAFT = {
    "title": "Courier",
    "description": "Bring <parcels>.\n\nOn foot,\nby bike.",
    "salary_from": "50000",
    "salary_to": "60000",
    "place": "1",
    "role": "58",
}


@pytest.mark.parametrize(
    ("system", "kept"),
    [
        (
            "headhunter",
            {
                "name": "Courier",
                "description": "<p>Bring &lt;parcels&gt;.</p><p>On foot,<br>by bike.</p>",
                "area": {"id": "1"},
                "professional_roles": [{"id": "58"}],
                "type": {"id": "open"},
                "vacancy_properties": {"properties": [{"property_type": "HH_STANDARD"}]},
                "salary_range": {
                    "from": 50000,
                    "to": 60000,
                    "currency": "RUR",
                    "gross": True,
                    "mode": {"id": "MONTH"},
                },
            },
        ),
        (
            "superjob",
            {
                "profession": "Courier",
                "work": "Bring <parcels>.\n\nOn foot,\nby bike.",
                "town": 1,
                "catalogues": [58],
                "payment_from": 50000,
                "payment_to": 60000,
                "currency": "rub",
            },
        ),
    ],
)
def test_a_draft_is_kept_as_its_board_takes_it_and_nothing_is_sent(client, fake, system, kept):
    account, need = connected(fake, system), vacancy(title="Courier")

    page = client.post(reverse("board-draft", args=[need.pk]), {"account": account.pk, **DRAFT}, follow=True)

    row = Posting.objects.get()
    assert (row.state, row.title, row.vacancy, row.draft) == (PostingState.DRAFT, "Courier", need, kept)
    assert (toasts(page), fake.world.payments) == (["The draft is kept; nothing is sent yet."], [])


def test_a_draft_whose_pay_ends_below_where_it_begins_is_not_kept(client, fake):
    account, need = connected(fake), vacancy()

    page = client.post(
        reverse("board-draft", args=[need.pk]), {"account": account.pk, **DRAFT, "salary_to": "40000", "place": ""}
    )

    assert sorted(page.context["form"].errors) == ["place", "salary_to"]
    assert not Posting.objects.exists()


def drafted(client, fake, title="Courier"):
    account, need = connected(fake), vacancy(title=title)
    # Followed, so that its own toast is shown before the next one.
    client.post(reverse("board-draft", args=[need.pk]), {"account": account.pk, **DRAFT, "title": title}, follow=True)
    return Posting.objects.get(draft__name=title)


def test_a_draft_is_published_once_then_prolonged_and_its_money_noted(client, fake):
    row = drafted(client, fake)

    def pay(amount):
        return toasts(client.post(reverse("board-promote", args=[row.pk]), {"amount": amount}, follow=True))

    assert pay("much") == ["The cost is a number."]
    assert pay("4900") == ["Publication: Done"]
    assert pay("100.50") == ["Prolongation: Done"]
    assert [kind for kind, _number in fake.world.payments] == ["publication", "prolongation"]
    assert list(Spend.objects.order_by("pk").values_list("amount", flat=True)) == [Decimal(4900), Decimal("100.50")]


def test_a_twin_on_the_board_is_published_only_when_it_is_wanted_all_the_same(client, fake):
    row = drafted(client, fake, title=next(iter(fake.world.openings.values())).title)
    address = reverse("board-promote", args=[row.pk])

    first = client.post(address, {"amount": ""}, follow=True)
    second = client.post(address, {"amount": "", "twice": "1"}, follow=True)

    assert toasts(first) == ["The board has such a vacancy already. Tick “publish all the same” to have two."]
    assert toasts(second) == ["Publication: Done"]
    assert len(fake.world.payments) == 1


def test_a_lost_answer_is_told_looked_for_and_never_paid_twice(client, fake, faults):
    row = drafted(client, fake)
    faults.queue = ["cut_after"]

    lost = client.post(reverse("board-promote", args=[row.pk]), {"amount": "10"}, follow=True)
    client.post(reverse("board-posting-act", args=[row.pk]), {"what": "look"})

    row.refresh_from_db()
    assert toasts(lost) == ["The board did not answer. We look there until we know; do not do it again."]
    assert (row.state, Promotion.objects.get().state, len(fake.world.payments)) == (
        PostingState.LIVE, PromotionState.DONE, 1,
    )  # fmt: skip


def test_a_posting_is_tied_to_a_vacancy_its_figures_read_and_then_archived(client, fake):
    account, need = connected(fake), vacancy(title="Night courier")
    pulled(account)
    row = account.postings.order_by("pk").first()

    for what, data in (("tie", {"vacancy": need.pk}), ("statistics", {}), ("archive", {}), ("dance", {})):
        client.post(reverse("board-posting-act", args=[row.pk]), {"what": what, **data})

    row.refresh_from_db()
    assert (row.vacancy, row.state) == (need, PostingState.ARCHIVED)


def test_a_promotion_bought_elsewhere_is_noted_and_its_cost_corrected(client, fake):
    account = connected(fake)
    pulled(account)
    row = account.postings.order_by("pk").first()
    bought = {
        "kind": "raising",
        "amount": "300",
        "currency": "RUB",
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-07",
    }

    wrong = client.post(reverse("board-enter", args=[row.pk]), {**bought, "ends_on": "2026-04-01"})
    noted = client.post(reverse("board-enter", args=[row.pk]), bought, follow=True)
    made = Promotion.objects.get()
    address = reverse("board-cost", args=[made.pk])
    said = [toasts(client.post(address, {"amount": amount}, follow=True)) for amount in ("", "250.25")]

    assert (bool(wrong.context["form"].errors), toasts(noted)) == (True, ["The promotion is noted."])
    assert said == [["The cost is a number."], ["Saved."]]
    assert (made.state, Spend.objects.get().amount) == (PromotionState.DONE, Decimal("250.25"))


def test_a_step_of_the_board_is_taken_from_the_candidates_page_or_refused_in_words(client, fake):
    pulled(connected(fake))
    row = next(one for one in BoardResponse.objects.order_by("pk") if steps.offered(one) and one.candidate_id)
    address = reverse("board-step", args=[row.pk])
    wanted = next(one for one in steps.offered(row) if not any(one.arguments.values()))

    unknown = client.post(address, {"step": "no such step"}, follow=True)
    taken = client.post(address, {"step": wanted.id}, follow=True)

    assert len(toasts(unknown)) == 1
    assert [text.partition(":")[0] for text in toasts(taken)] == ["On the board"]
    assert AuditEntry.objects.filter(action="board.step", object_id=row.pk).count() == 1
