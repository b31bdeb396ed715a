"""Paid steps: one request each, money as an event, and nothing sent blindly again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from jobposts.errors import BoardError
from jobposts.fakeboard.faults import Faults
from jobposts.models import Posting, Promotion
from jobposts.services import promotions
from jobposts.services.vacancies_in import new_link
from jobposts.states import PostingState, PromotionKind, PromotionState
from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Spend
from recruit.permissions import Role
from tests.jobposts.world import connected, played, pulled
from tests.recruit.world import user, vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def fake(settings, faults):
    with played(settings, replies=4, faults=faults) as board:
        yield board


def draft(account, title="Грузчик"):
    need = vacancy(title=title)
    content = {"name": title} if account.system == "headhunter" else {"profession": title}
    return Posting.objects.create(
        account=account, vacancy=need, link=new_link(account, need, title), title=title, draft=content
    )


@pytest.mark.parametrize("system", ["headhunter", "superjob"])
def test_publishing_pays_once_and_notes_the_money(fake, system):
    posting = draft(connected(fake, system))

    promotion = promotions.publish(posting, by=user(), amount=Decimal(4900))

    posting.refresh_from_db()
    assert (promotion.state, posting.state) == (PromotionState.DONE, PostingState.LIVE)
    assert [kind for kind, _ in fake.world.payments] == ["publication"]
    spend = Spend.objects.get()
    assert (spend.amount, spend.vacancy, spend.link, spend.kind) == (4900, posting.vacancy, posting.link, "publication")


@pytest.mark.parametrize("system", ["headhunter", "superjob"])
def test_a_lost_answer_is_unknown_and_is_read_back_not_sent_again(fake, faults, system):
    posting = draft(connected(fake, system))
    faults.queue = ["cut_after"]

    lost = promotions.publish(posting, by=user(), amount=Decimal(100))
    posting.refresh_from_db()
    assert (lost.state, posting.state, Spend.objects.count()) == (PromotionState.UNKNOWN, PostingState.UNKNOWN, 0)
    assert promotions.read_back() == 1

    lost.refresh_from_db()
    posting.refresh_from_db()
    assert (lost.state, posting.state) == (PromotionState.DONE, PostingState.LIVE)
    assert posting.external_id == str(fake.world.payments[0][1])
    assert (len(fake.world.payments), Spend.objects.count()) == (1, 1)


def test_a_request_that_never_arrived_is_absent_and_may_be_sent_again_by_a_person(fake, faults):
    posting = draft(connected(fake))
    faults.queue = ["cut"]
    by = user()

    lost = promotions.publish(posting, by=by)
    promotions.read_back()
    lost.refresh_from_db()
    posting.refresh_from_db()
    assert (lost.state, posting.state, fake.world.payments) == (PromotionState.ABSENT, PostingState.DRAFT, [])

    assert promotions.publish(posting, by=by).state == PromotionState.DONE


def test_a_refusal_leaves_a_draft_and_says_why(fake):
    account = connected(fake)
    posting = draft(account, title=next(iter(fake.world.openings.values())).title)

    with pytest.raises(BoardError) as refused:
        promotions.publish(posting, by=user())

    posting.refresh_from_db()
    assert (refused.value.code, posting.state) == ("duplicate", PostingState.DRAFT)
    assert Promotion.objects.get().state == PromotionState.REFUSED
    assert promotions.publish(posting, by=user(), ignore_duplicates=True).state == PromotionState.DONE


@pytest.mark.parametrize("system", ["headhunter", "superjob"])
def test_prolonging_moves_the_end_and_notes_money(fake, system):
    account = connected(fake, system)
    pulled(account)
    posting = account.postings.order_by("pk").first()
    before = posting.expires_at

    promotion = promotions.prolong(posting, by=user(), amount=Decimal("1500.50"))

    posting.refresh_from_db()
    assert (promotion.kind, promotion.state) == (PromotionKind.PROLONGATION, PromotionState.DONE)
    assert posting.expires_at > before
    assert Spend.objects.get().ends_on == posting.expires_at.date()


def test_of_two_who_press_at_once_one_pays(fake, faults):
    account = connected(fake)
    pulled(account)
    posting = account.postings.order_by("pk").first()
    faults.queue = ["", "cut_after"]
    promotions.prolong(posting, by=user())

    with pytest.raises(ConflictError):
        promotions.prolong(posting, by=user())

    assert len(fake.world.payments) == 1


def test_a_step_whose_process_died_becomes_unknown_and_is_read_back(fake):
    posting = draft(connected(fake))
    Posting.objects.filter(pk=posting.pk).update(state=PostingState.SENDING, key="t-1")
    dead = Promotion.objects.create(
        posting=posting,
        kind=PromotionKind.PUBLICATION,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
        key="t-1",
        detail="Грузчик",
    )
    Promotion.objects.filter(pk=dead.pk).update(at=timezone.now() - timedelta(minutes=10))
    fake.world.add_opening(title="Грузчик", code="t-1")

    assert promotions.read_back() == 1

    dead.refresh_from_db()
    posting.refresh_from_db()
    assert (dead.state, posting.state) == (PromotionState.DONE, PostingState.LIVE)


def test_archiving_twice_and_publishing_again(fake):
    account = connected(fake)
    pulled(account)
    posting = account.postings.order_by("pk").first()
    Posting.objects.filter(pk=posting.pk).update(draft={"name": "Совсем другая"})
    posting.refresh_from_db()
    promotions.archive(posting, by=user())
    assert posting.state == PostingState.ARCHIVED

    promotion = promotions.publish(posting, by=user())

    posting.refresh_from_db()
    assert (promotion.kind, posting.state) == (PromotionKind.REPUBLICATION, PostingState.LIVE)


def test_editing_a_live_posting_changes_it_there(fake):
    account = connected(fake)
    pulled(account)
    posting = account.postings.order_by("pk").first()

    promotions.edit(posting, {"name": "Курьер в центр"}, by=user())

    assert fake.world.openings[int(posting.external_id)].title == "Курьер в центр"
    assert posting.title == "Курьер в центр"


def test_money_entered_by_hand_stands_beside_the_boards_and_can_be_corrected(fake):
    posting = draft(connected(fake))
    day = timezone.localdate()

    promotion = promotions.enter_by_hand(
        posting, kind="raising", amount=Decimal(300), currency="RUB", starts_on=day, ends_on=day, by=user()
    )
    promotions.set_cost(promotion, amount=Decimal(350), currency="RUB", by=user())

    assert [(row.amount, row.kind) for row in Spend.objects.all()] == [(350, "raising")]


def test_days_in_the_wrong_order_are_an_error_at_their_field(fake):
    day = timezone.localdate()
    with pytest.raises(InvalidInputError) as error:
        promotions.enter_by_hand(
            draft(connected(fake)),
            kind="raising",
            amount=Decimal(1),
            currency="RUB",
            starts_on=day,
            ends_on=day - timedelta(days=1),
            by=user(),
        )
    assert error.value.field == "ends_on"


def test_statistics_of_the_board_are_kept(fake):
    account = connected(fake)
    pulled(account)
    posting = account.postings.order_by("pk").first()

    promotions.read_statistics(posting)

    assert posting.counters["views"] == 120
    assert posting.counters["days"][0]["views"] == 120


def test_the_edit_page_changes_what_was_filled_in_here_and_on_the_board(fake, client):
    account = connected(fake)
    pulled(account)
    posting = account.postings.order_by("pk").first()
    client.force_login(user(role=Role.ADMIN), backend="recruit.backends.PasswordBackend")
    address = f"/boards/postings/{posting.pk}/edit/"

    nothing = client.post(address, {"title": "", "description": ""})
    answer = client.post(address, {"title": "Курьер в центр", "description": "", "salary_from": "90000"})

    posting.refresh_from_db()
    assert nothing.context["form"].non_field_errors() == ["Nothing is changed."]
    assert (answer.status_code, posting.title) == (302, "Курьер в центр")
    assert fake.world.openings[int(posting.external_id)].title == "Курьер в центр"
    assert sorted(posting.draft) == ["name", "salary_range"]


def test_a_posting_of_unknown_outcome_is_not_changed(fake):
    posting = draft(connected(fake))
    Posting.objects.filter(pk=posting.pk).update(state=PostingState.UNKNOWN)
    posting.refresh_from_db()

    with pytest.raises(TransitionRefusedError, match="Wait until it is known"):
        promotions.edit(posting, {"name": "Another"}, by=user())
