"""Reading a whole account: nothing lost, nobody twice, every failure visible."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db.models import Sum
from django.utils import timezone

from jobposts.fakeboard.faults import Faults
from jobposts.models import BoardAccount, BoardResponse, CollectionCheck, Posting
from jobposts.services import pulls
from jobposts.states import PostingState
from recruit.errors import TransitionRefusedError
from recruit.models import Application, Candidate, ImportRun, RowProblem, Vacancy
from recruit.states import ImportState, Stage
from tests.jobposts.world import connected, played, pulled
from tests.recruit.world import vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings):
    with played(settings) as board:
        yield board


@pytest.mark.parametrize("system", ["headhunter", "superjob"])
def test_every_response_of_every_list_becomes_one_application(fake, system):
    account = connected(fake, system)

    run = pulled(account)

    assert (run.state, run.error, run.created, run.failed) == (ImportState.DONE, "", 60, 0)
    assert BoardResponse.objects.count() == Application.objects.count() == 60
    assert {row.external_id for row in BoardResponse.objects.all()} == {str(key) for key in fake.world.replies}
    assert sum(check.missing for check in CollectionCheck.objects.all()) == 0
    account.refresh_from_db()
    assert account.last_success_at is not None


def test_reading_again_changes_nothing_more(fake):
    account = connected(fake)
    pulled(account)
    people = Candidate.objects.count()

    again = pulled(account)

    assert (again.created, again.updated, again.failed) == (0, 0, 0)
    assert (Candidate.objects.count(), Application.objects.count()) == (people, 60)


def test_stored_counts_equal_the_counts_of_the_board(fake):
    account = connected(fake)

    pulled(account)

    own = CollectionCheck.objects.exclude(collection="unread")
    assert own.aggregate(found=Sum("found"), seen=Sum("seen")) == {"found": 60, "seen": 60}


def test_a_person_without_name_and_contact_is_kept_by_the_number_of_the_resume(fake):
    pulled(connected(fake))

    hidden = [reply for reply in fake.world.replies.values() if "names_and_photo" in reply.person.hidden]
    assert hidden
    for reply in hidden:
        person = BoardResponse.objects.get(external_id=str(reply.id)).candidate
        assert person.name == ""
        assert person.identities.count() >= 1


def test_who_was_refused_on_the_board_does_not_come_up_in_triage(fake):
    pulled(connected(fake))

    refused = [reply for reply in fake.world.replies.values() if reply.state == "discard_by_employer"]
    stages = Application.objects.filter(board_responses__external_id__in=[str(one.id) for one in refused])
    assert set(stages.values_list("stage", flat=True)) == {Stage.REJECTED}


def test_a_change_on_the_board_updates_the_response_and_adds_no_second(fake):
    account = connected(fake)
    pulled(account)
    reply = next(one for one in fake.world.replies.values() if one.state == "response")
    fake.world.move(reply, "interview")

    run = pulled(account)

    row = BoardResponse.objects.get(external_id=str(reply.id))
    assert (run.created, run.updated, row.state, row.collection) == (0, 1, "interview", "interview")


def test_a_posting_is_tied_to_the_open_vacancy_of_its_title_and_others_make_one(fake):
    titles = [opening.title for opening in fake.world.openings.values()]
    mine = vacancy(title=titles[0].upper())

    pulled(connected(fake))

    tied = Posting.objects.get(external_id=str(next(iter(fake.world.openings))))
    assert tied.vacancy == mine
    assert Posting.objects.filter(vacancy=None).count() == 0
    assert Vacancy.objects.count() == 2


def test_a_quick_look_finds_what_is_new_and_reads_few_pages(fake):
    account = connected(fake)
    for _ in range(300):
        fake.world.add_reply(next(iter(fake.world.openings)), state="response")
    pulled(account)
    new = fake.world.add_reply(next(iter(fake.world.openings)), state="response")
    new.created = new.updated = timezone.now()
    before = fake.world.requests

    run = pulled(account, full=False)

    assert (run.state, run.created) == (ImportState.DONE, 1)
    assert BoardResponse.objects.filter(external_id=str(new.id)).count() == 1
    assert fake.world.requests - before < 25


def test_two_runs_of_one_account_do_not_go_on_at_once(fake):
    account = connected(fake)
    pulls.start(account, full=True)

    with pytest.raises(TransitionRefusedError):
        pulls.start(account, full=True)


def test_a_run_that_was_taken_over_writes_nothing_more(fake):
    account = connected(fake)
    run = pulls.start(account, full=True)
    ImportRun.objects.filter(pk=run.pk).update(cursor=500)

    pulls.run_pull(run)

    assert BoardResponse.objects.count() == 0
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.RUNNING


def test_an_expired_token_is_refreshed_once_and_kept(fake):
    account = connected(fake)
    fake.world.access.update(dict.fromkeys(fake.world.access, timezone.now() - timedelta(minutes=1)))
    old = BoardAccount.objects.get(pk=account.pk).access

    run = pulled(account)

    account.refresh_from_db()
    assert (run.state, run.created) == (ImportState.DONE, 60)
    assert account.access != old
    assert (account.refreshing_until, account.refreshing_by) == (None, "")
    assert len(fake.world.spent_refresh) == 1


def test_a_token_that_is_gone_stops_the_account_until_a_person_logs_in(fake):
    account = connected(fake)
    fake.world.access.clear()

    run = pulled(account)

    account.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert account.broken_at is not None
    assert BoardAccount.objects.due(timezone.now()).count() == 0


def test_a_captcha_stops_the_run_and_leaves_its_address(settings):
    faults = Faults(queue=["captcha"])
    with played(settings, faults=faults) as fake:
        account = connected(fake)
        run = pulled(account)

    account.refresh_from_db()
    assert run.state == ImportState.FAILED
    back = quote(f"{settings.PUBLIC_URL}/boards/accounts/{account.pk}/", safe="")
    assert (account.last_error_code, account.captcha_url) == (
        "captcha",
        f"https://example.org/captcha?backurl={back}",
    )


def test_a_list_that_fails_is_a_visible_problem_and_the_others_are_read(settings, monkeypatch):
    with played(settings) as fake:
        account = connected(fake)
        broken = str(next(iter(fake.world.openings)))
        from jobposts.boards.headhunter.board import HeadHunterBoard
        from jobposts.errors import BoardError

        whole = HeadHunterBoard.responses

        def responses(self, vacancy_id, **options):
            if str(vacancy_id) == broken:
                raise BoardError("Bad gateway.", permanent=False, code="unavailable")
            yield from whole(self, vacancy_id, **options)

        monkeypatch.setattr(HeadHunterBoard, "responses", responses)
        first = pulled(account)
        monkeypatch.setattr(HeadHunterBoard, "responses", whole)
        second = pulled(account)

    assert (first.state, first.created) == (ImportState.FAILED, 30)
    assert RowProblem.objects.filter(run=first).count() == 1
    assert (second.pk, second.state, second.created) == (first.pk, ImportState.DONE, 60)


def test_of_two_schedulers_one_begins_the_reading(fake):
    account = connected(fake)
    assert pulls.poll_due() == 1
    assert pulls.poll_due() == 0
    account.refresh_from_db()
    assert account.next_poll_at > timezone.now()


def test_an_archived_posting_is_noted(fake):
    account = connected(fake)
    pulled(account)
    opening = next(iter(fake.world.openings.values()))
    opening.archived = True

    pulled(account)

    assert Posting.objects.get(external_id=str(opening.id)).state == PostingState.ARCHIVED
