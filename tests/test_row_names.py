"""What a row is called where only one line is left for it: in a choice, a heading, a log."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from jobposts import models as j
from recruit import models as r
from scheduling import models as s

AT = datetime(2026, 5, 12, 6, 30, tzinfo=UTC)
ANNA, COURIER, OFFICE = r.Candidate(pk=1, name="Anna"), r.Vacancy(title="Courier"), r.Office(name="Main")
VISIT, KIM = s.Invitation(pk=7), s.Interviewer(name="Kim")
APPLIED = r.Application(pk=11, candidate=ANNA, vacancy=COURIER)
SOURCE, USER = r.Source(name="hh.ru"), r.User(pk=3, name="Igor")
EVENT, ACCOUNT, POSTING = (
    r.WebhookEvent(pk=6, kind="application.hired"),
    j.BoardAccount(name="hh"),
    j.Posting(title="Courier on hh"),
)
FEED, SESSION = s.Feed(pk=4), s.InterviewSession(pk=5)

ROWS = [
    (j.CareersPage(slug="acme"), "acme"),
    (j.Promotion(kind="paid", posting=POSTING), "paid Courier on hh"),
    (j.BoardResponse(account=ACCOUNT, external_id="12"), "hh: 12"),
    (j.CollectionCheck(posting=POSTING, collection="new"), "Courier on hh new"),
    (j.BoardNotice(kind="response", external_id="12"), "response 12"),
    (r.ApiKey(name="CRM", prefix="ab12"), "CRM (ab12…)"),
    (r.ApiCall(method="GET", path="/api/v1/offices/", status=200), "GET /api/v1/offices/ 200"),
    (r.IdempotencyKey(key="k1"), "k1"),
    (r.AuditEntry(at=AT, action="export"), "2026-05-12 06:30 export"),
    (r.Candidate(pk=9), "#9"),
    (APPLIED, "Anna → Courier"),
    (r.StageMove(old="new", new="hired"), "new → hired"),
    (r.Comment(text="x" * 90), "x" * 60),
    (r.Mention(user=USER, comment_id=2), "Igor in 2"),
    (r.BulkMove(stage="rejected", state="waiting"), "rejected waiting"),
    (r.BulkMoveItem(bulk_id=3, application=APPLIED), "3: 11"),
    (r.ContactPoint(value="+7 916"), "+7 916"),
    (r.Consent(purpose="work", text_version="3"), "work 3"),
    (r.Company(name="Acme"), "Acme"),
    (r.ClosingDay(office=OFFICE, day=date(2026, 5, 9)), "Main 2026-05-09"),
    (r.SavedMap(name="Our table"), "Our table"),
    (r.ImportRun(kind="history", file_name="log.csv"), "history log.csv"),
    (r.RowProblem(row=3, message="no date"), "3: no date"),
    (r.InboundRecord(source=SOURCE, external_id="12"), "hh.ru:12"),
    (r.HandOverMap(name="1C"), "1C"),
    (r.DuplicatePair(first_id=1, second_id=2), "1 ? 2"),
    (r.Merge(gone_id=2, kept_id=1), "2 → 1"),
    (r.BlockingKey(candidate_id=1, digest=77), "1: 77"),
    (r.DuplicateScan(candidate_id_seen=8), "up to 8"),
    (r.Message(kind="reminder", channel="sms", state="sent"), "reminder sms sent"),
    (r.Offer(application=APPLIED, pay=60000, currency="RUB"), "Anna → Courier: 60000 RUB"),
    (r.Notice(purpose="work", version="2", language="ru"), "work 2 ru"),
    (r.RetentionRule(days=180), "180 days"),
    (r.RetentionRun(at=AT), "retention 2026-05-12"),
    (r.Erasure(candidate_id=9), "erasure of candidate 9"),
    (r.PrivacyRequest(kind="erase", state="open"), "erase open"),
    (r.Resume(title="Driver", file_name="cv.pdf"), "Driver"),
    (r.Resume(file_name="cv.pdf"), "cv.pdf"),
    (r.Resume(pk=8), "resume 8"),
    (r.Schedule(task="recruit.tasks.tidy"), "recruit.tasks.tidy"),
    (r.WorkerBeat(worker="vm-1"), "vm-1"),
    (r.SignIn(pk=2, user=USER), "sign-in 2 of user 3"),
    (r.SecondFactor(user=USER), "second factor of user 3"),
    (r.RateCount(key="api:ab"), "api:ab"),
    (r.SourceLink(name="Poster"), "Poster"),
    (r.SourceLink(source=SOURCE), "hh.ru"),
    (r.Spend(source=SOURCE, amount=Decimal("5.50"), currency="RUB"), "hh.ru 5.50 RUB"),
    (r.PipelineTemplate(name="Sales"), "Sales"),
    (r.PayRange(city="Perm", level="junior", low=1, high=2), "Perm junior: 1–2"),
    (r.VacancyVersion(vacancy=COURIER, number=2), "Courier v2"),
    (r.SavedView(name="Perm"), "Perm"),
    (r.AlarmSnooze(key="drift"), "drift"),
    (EVENT, "application.hired 6"),
    (r.WebhookDelivery(event=EVENT, endpoint=r.WebhookEndpoint(name="CRM")), "application.hired 6 → CRM"),
    (r.MessageTemplate(kind="reminder", channel="sms", language="th"), "reminder sms th"),
    (s.OfficeHours(office=OFFICE, weekday=0, opens=time(9), closes=time(18)), "Main Monday 09:00–18:00"),
    (s.OwnHours(interviewer=KIM, weekday=4, starts=time(9, 30), ends=time(12)), "Kim Friday 09:30–12:00"),
    (s.BusyCalendar(interviewer=KIM), "calendar of Kim"),
    (s.BusyCalendar(room=s.Room(name="Blue")), "calendar of Blue"),
    (s.BusyTime(starts_at=AT), "2026-05-12 06:30"),
    (s.PhoneCall(outcome="comes", application=APPLIED), "comes of application 11"),
    (s.DeskAct(what="arrive", session=SESSION), "arrive in session 5"),
    (s.DeskPin(user=USER), "PIN of user 3"),
    (s.PassDesk(office_id=2), "guard of office 2"),
    (s.SeatHold(invitation=VISIT), "hold of invitation 7"),
    (FEED, "feed 4"),
    (s.FeedCopy(feed=FEED), "copy of feed 4"),
    (s.FeedReader(name="Outlook"), "Outlook"),
    (s.SessionEvent(session=SESSION), "event of session 5"),
    (s.InterviewerBlock(interviewer_id=6, session=SESSION), "block of 6 in 5"),
    (s.AttendanceModel(version="0123456789abcdef"), "0123456789ab"),
    (VISIT, "invitation 7"),
    (s.MoveRequest(invitation=VISIT), "move of invitation 7"),
    (s.ReminderLadder(vacancy=COURIER), "Courier"),
    (s.ReminderLadder(), "Company"),
    (s.LadderStep(code="day_before"), "day_before"),
    (s.LadderMark(code="day_before", invitation=VISIT), "day_before of invitation 7"),
    (s.LedgerEntry(kind="arrived", invitation=VISIT), "arrived of invitation 7"),
    (s.IncomingMail(pk=3, outcome="waiting"), "waiting mail 3"),
    (s.MailRules(), "mail rules"),
    (s.Plan(revision=2, session=SESSION), "plan 2 of session 5"),
    (s.GroupRoom(session=SESSION), "room of session 5"),
    (s.RoomSeat(seat=3, session=SESSION), "seat 3 of session 5"),
    (s.ScorecardTemplate(name="Sales"), "Sales"),
    (s.Scorecard(author=KIM, invitation=VISIT), "marks of Kim for invitation 7"),
    (s.SessionVacancy(vacancy=COURIER, session=SESSION), "Courier in 5"),
    (s.SessionInterviewer(interviewer=KIM, session=SESSION), "Kim in 5"),
    (s.ArrivalBand(starts_at=AT), "06:30"),
    (s.StandbyRound(pk=2, session=SESSION), "standby 2 of session 5"),
    (s.StandbyOffer(pk=2), "standby offer 2"),
    (s.ForecastCheck(session=SESSION), "check of session 5"),
    (s.Finding(name="drift"), "drift"),
    (s.Employment(application=APPLIED), "employment of application 11"),
    (s.PromotionBudget(vacancy=COURIER, amount=100, currency="RUB"), "Courier: 100 RUB"),
    (s.PromotionBudget(amount=100, currency="RUB"), "all: 100 RUB"),
    (s.GroupRecord(trait="sex", candidate_id=9), "sex of candidate 9"),
    (s.ReminderExperiment(name="Nine or noon"), "Nine or noon"),
    (s.ArmAssignment(arm="9", invitation=VISIT), "9 for invitation 7"),
    (s.SessionTemplate(name="Tuesdays"), "Tuesdays"),
]


@pytest.mark.parametrize(("row", "name"), ROWS, ids=[f"{type(row).__name__}-{name[:20]}" for row, name in ROWS])
def test_a_row_is_called(row, name):
    assert str(row) == name


def test_an_unknown_time_zone_is_refused_with_its_name():
    from django.core.exceptions import ValidationError

    from recruit.models.company import validate_time_zone

    assert validate_time_zone("Asia/Bangkok") is None
    for name in ("Europe/Atlantis", "../etc/passwd", ""):
        with pytest.raises(ValidationError) as refused:
            validate_time_zone(name)
        assert refused.value.messages == [f"“{name}” is not a known time zone."]
