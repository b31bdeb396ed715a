"""The group room: seats and steps, marks on the observer's phone, then everybody's marks side by side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import GroupRoom, Interviewer, InterviewSession, Scorecard, SessionRole
from scheduling.services import room as rooms
from scheduling.services import scorecards
from scheduling.services.matrix import Row, matrix_of
from scheduling.states import CAME
from scheduling.web.points import points_of

STEP_WORDS = {
    "greeting": gettext_lazy("Greeting"),
    "self": gettext_lazy("Self-presentation"),
    "case": gettext_lazy("Case"),
    "questions": gettext_lazy("Questions"),
}
QUICK_WORDS = {
    "listened": gettext_lazy("listened"),
    "led": gettext_lazy("led"),
    "helped": gettext_lazy("helped"),
    "silent": gettext_lazy("was silent"),
    "rude": gettext_lazy("was rude"),
}


def session_of(request: SignedIn, pk: int) -> InterviewSession:
    """Return the session, or 404 for whoever does not see it."""
    rows = InterviewSession.objects.visible_to(request.user).select_related("office")
    return get_object_or_404(rows, pk=pk)


def leads(request: SignedIn, session: InterviewSession) -> bool:
    """Return whether this person leads the room: its facilitator, or whoever plans sessions."""
    if request.user.may(Action.PLAN_SESSION):
        return True
    return session.session_interviewers.filter(interviewer__user=request.user, role=SessionRole.FACILITATOR).exists()


def _head(request: SignedIn, session: InterviewSession, *, now: datetime) -> dict[str, Any]:
    """Return what the top of the room says: the step, its end, who has marked how many."""
    state = rooms.room_of(session)
    running = 0 <= state.step < len(state.steps)
    step = state.steps[state.step] if running else None
    ends = state.step_since + timedelta(minutes=int(step["minutes"])) if step and state.step_since else None
    left = int((ends - now).total_seconds()) if ends else 0
    people = session.invitations.filter(state__in=CAME).count()
    marked: dict[int, int] = {}
    for author, marks in Scorecard.objects.filter(invitation__session=session).values_list("author_id", "marks"):
        marked[author] = marked.get(author, 0) + bool(marks)
    observers = rooms.observers_of(session)
    return {
        "state": state,
        "step": step,
        "step_word": STEP_WORDS[step["code"]] if step else "",
        "step_number": state.step + 1,
        "step_count": len(state.steps),
        "is_over": state.step >= len(state.steps),
        "ends": ends,
        "left": f"{'−' if left < 0 else ''}{abs(left) // 60:02d}:{abs(left) % 60:02d}",
        "next_step": state.step + 1,
        "people_count": people,
        "observers": [
            {
                "name": row.interviewer.name,
                "count": marked.get(row.interviewer_id, 0),
                "is_in": row.marks_in_at is not None,
            }
            for row in observers
        ],
        "leads": leads(request, session),
    }


def _steps(state: GroupRoom) -> list[dict[str, Any]]:
    return [{**step, "label": STEP_WORDS[step["code"]]} for step in state.steps]


@allowed(Action.SCORE)
@require_GET
def room(request: SignedIn, pk: int) -> HttpResponse:
    """Show my own marks until I submit them, then the marks of all; a GET seats and changes nobody."""
    session, now = session_of(request, pk), timezone.now()
    me = Interviewer.objects.filter(user=request.user).first()
    context = _head(request, session, now=now) | {"session": session, "zone": session.office.zone}
    context["steps"] = _steps(context["state"])
    if request.htmx and request.GET.get("part") == "head":
        return render(request, "scheduling/_room_head.html", context)
    if rooms.may_see_marks(session, me, request.user, decides=request.user.may(Action.DECIDE)):
        return render(request, "scheduling/room_matrix.html", context | _matrix_context(session, me))
    return render(request, "scheduling/room.html", context | _marks_context(request, session, me))


def _marks_context(request: SignedIn, session: InterviewSession, me: Interviewer | None) -> dict[str, Any]:
    people = list(session.invitations.filter(state__in=CAME).with_people().order_by("number", "pk"))
    observers = [row.interviewer_id for row in rooms.observers_of(session)]
    cards = {
        card.invitation_id: card
        for card in Scorecard.objects.filter(invitation__in=people, author=me).order_by("pk")
        if me is not None
    }
    points = points_of(scorecards.default_template())
    seats = [
        {
            "place": place,
            "row": place.invitation,
            "card": cards.get(place.invitation.pk),
            "is_mine": me is not None and place.observer_id == me.pk,
            "points": [{**point, **_said(cards.get(place.invitation.pk), point["code"])} for point in points],
            "quick": (cards[place.invitation.pk].notes.get("quick", []) if place.invitation.pk in cards else []),
        }
        for place in rooms.places_of(session, people, observers)
    ]
    for index, seat in enumerate(seats):
        given = sum(1 for point in seat["points"] if point["mark"])
        seat["mark"] = "confirmed" if given == len(points) else "opened" if given else "invited"
        seat["before"] = seats[index - 1]["place"].seat if index else None
        seat["after"] = seats[index + 1]["place"].seat if index + 1 < len(seats) else None
    wanted = request.GET.get("seat", "")
    mine = [seat for seat in seats if seat["is_mine"]] or seats
    current = next((seat for seat in seats if str(seat["place"].seat) == wanted), mine[0] if mine else None)
    return {
        "seats": seats,
        "current": current,
        "main_count": sum(seat["is_mine"] for seat in seats),
        "marked": sum(seat["mark"] == "confirmed" for seat in seats),
        "quick_words": list(QUICK_WORDS.items()),
        "author_id": me.pk if me else 0,
    }


def _said(card: Scorecard | None, code: str) -> dict[str, str]:
    if card is None:
        return {"mark": "", "note": ""}
    return {"mark": str(card.marks.get(code, "")), "note": str(card.notes.get(code, ""))}


def _matrix_context(session: InterviewSession, me: Interviewer | None) -> dict[str, Any]:
    people = list(session.invitations.filter(state__in=CAME).with_people())
    cards = list(
        Scorecard.objects.filter(invitation__in=people).exclude(submitted_at=None).select_related("author", "template")
    )
    seats = {place.invitation.pk: place.seat for place in rooms.places_of(session, people, [])}
    authors = sorted({card.author for card in cards}, key=lambda one: one.pk)
    points = points_of(scorecards.default_template())
    rows = matrix_of(people, cards, points, authors=authors)
    return {
        "rows": [{"row": row, "seat": seats[row.person.pk]} for row in rows],
        "points": points,
        "authors": [{"author": one, "short": _initials(one.name)} for one in authors],
        "columns": len(authors),
        "talk": _talk(rows, seats, me),
        "about": _about_observers(rows, authors),
        "waiting": [row for row in rooms.observers_of(session) if row.marks_in_at is None],
        "marks": range(1, 6),
    }


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def _talk(rows: list[Row], seats: dict[int, int], me: Interviewer | None) -> list[dict[str, Any]]:
    """Return the cells two or more apart, the widest first: what to talk about."""
    found = [
        {
            "row": row,
            "seat": seats[row.person.pk],
            "cell": cell,
            "apart": [{"short": _initials(mark.author.name), "mark": mark} for mark in cell.given if mark.is_apart],
            "mine": next((mark for mark in cell.marks if me is not None and mark.author.pk == me.pk), None),
            "spread": max(m.value or 0 for m in cell.given) - min(m.value or 0 for m in cell.given),
        }
        for row in rows
        for cell in row.cells
        if cell.is_apart
    ]
    return sorted(found, key=lambda one: -one["spread"])


def _about_observers(rows: list[Row], authors: list[Interviewer]) -> list[dict[str, Any]]:
    """Return how each observer marks beside the others of the same people: the mean difference, in marks."""
    found = []
    for index, author in enumerate(authors):
        own, apart, people = [], [], 0
        for row in rows:
            marked = False
            for cell in row.cells:
                value = cell.marks[index].value
                others = [m.value for number, m in enumerate(cell.marks) if number != index and m.value is not None]
                if value is None:
                    continue
                marked = True
                own.append(value)
                if others:
                    apart.append(value - sum(others) / len(others))
            people += marked
        found.append(
            {
                "author": author,
                "short": _initials(author.name),
                "people": people,
                "mean": sum(own) / len(own) if own else None,
                "apart": sum(apart) / len(apart) if apart else None,
            }
        )
    return found


@allowed(Action.SCORE)
def badges(request: SignedIn, pk: int) -> HttpResponse:
    """Print the seat plan and a badge for everybody; POST gives seats to those who have none yet."""
    session = session_of(request, pk)
    if request.method == "POST":
        if not leads(request, session):
            raise PermissionDenied
        rooms.keep_places(session, everybody=True)
        return redirect("room-badges", pk=pk)
    observers = {row.interviewer_id: row.interviewer for row in rooms.observers_of(session)}
    places = [
        {
            "seat": seat.seat,
            "name": seat.invitation.application.candidate.display_name,
            "observer": observers.get(seat.observer_id or 0),
        }
        for seat in session.room_seats.select_related("invitation__application__candidate")
    ]
    unseated = session.invitations.filter(state__in=[*CAME, "sent", "confirmed"], seat=None).count()
    return render(
        request,
        "scheduling/badges.html",
        {
            "session": session,
            "zone": session.office.zone,
            "places": places,
            "unseated": unseated,
            "leads": leads(request, session),
        },
    )
