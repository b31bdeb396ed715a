"""What scheduling adds to pages and commands that know nothing of it; ``ready`` of the application calls ``register``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recruit import contrib
from recruit.permissions import Action
from recruit.tables import read_history
from scheduling.services import (
    demo,
    demo_judging,
    demo_statistics,
    demo_today,
    import_history,
    personal_data,
    personal_statistics,
    zone_change,
)
from scheduling.web import board, calendar_tiles, tiles
from scheduling.web.statistics import alarms as statistics_alarms


def register() -> None:
    """Add everything, once, when all applications are loaded."""
    _work()
    _pages()
    _settings()
    _data()


def _work() -> None:
    """Add what runs beside the pages: the demo's steps, tasks in the background, benchmarks."""
    statistics_pages = (
        "who came by source", "time", "waits", "sources", "promotions", "after-hire", "periods", "week", "ahead",
        "right", "backtest", "replays", "model", "fairness", "experiments", "one session", "rows of a step",
    )  # fmt: skip
    contrib.demo_steps.add(
        contrib.DemoStep(name="interviewers", order=30, load=demo.load_people, wipe=demo.wipe),
        contrib.DemoStep(name="interview days", order=40, load=demo.load_days, wipe=demo.nothing),
        contrib.DemoStep(name="today", order=50, load=demo_today.load_today, wipe=demo.nothing),
        contrib.DemoStep(name="judging", order=60, load=demo_judging.load_judging, wipe=demo.nothing),
        contrib.DemoStep(name="statistics", order=70, load=demo_statistics.load, wipe=demo_statistics.wipe),
    )
    contrib.background.add(
        contrib.BackgroundTask(name="scheduling.tasks.refit_attendance", every_seconds=24 * 3600),
        contrib.BackgroundTask(name="scheduling.tasks.mail_pass_lists", every_seconds=300),
        contrib.BackgroundTask(name="scheduling.tasks.climb_ladders", every_seconds=60),
        contrib.BackgroundTask(name="scheduling.tasks.check_forecasts", every_seconds=3600),
        contrib.BackgroundTask(name="scheduling.tasks.look_for_clashes", every_seconds=60),
        contrib.BackgroundTask(name="scheduling.tasks.mail_week", every_seconds=3600),
        contrib.BackgroundTask(name="scheduling.tasks.backtest_attendance"),
        contrib.BackgroundTask(name="scheduling.tasks.sync_blocks"),
        contrib.BackgroundTask(name="scheduling.tasks.sync_calendars", every_seconds=6 * 3600),
        contrib.BackgroundTask(name="scheduling.tasks.read_mail"),
        contrib.BackgroundTask(name="scheduling.tasks.fetch_mail", every_seconds=60),
        contrib.BackgroundTask(name="scheduling.tasks.read_busy_calendars", every_seconds=300),
        contrib.BackgroundTask(name="scheduling.tasks.read_busy_calendar"),
    )
    contrib.bench_groups.add(
        contrib.BenchGroup(code="imports", order=10, rows="scheduling.benchmarks.imports.rows", must=("history of",)),
        contrib.BenchGroup(
            code="pages",
            order=20,
            rows="scheduling.benchmarks.pages.rows",
            on_demo=True,
            must=("search box", "board with"),
        ),
        contrib.BenchGroup(
            code="desk", order=25, rows="scheduling.benchmarks.desk.rows", on_demo=True, must=("open desks",)
        ),
        contrib.BenchGroup(
            code="planning",
            order=30,
            rows="scheduling.benchmarks.planning.rows",
            must=(
                "one schedule, one probability",
                "one schedule, personal probabilities",
                "plain Python recursion",
                "Monte Carlo",
                "interviews of 2 to 4 units",
                "Poisson-binomial of 10,000 people",
                "relative error",
                "10,000 simulated days",
                "linear costs",
                "missing-interview weight",
                "above the best of a 10 s run",
                "16 slots, 50 invited",
                "32 slots, 100 invited",
                "replan after one answer",
                "50 sessions of a week",
                "quick plan of one session",
                "memory of planning a week",
                "preview of a stream",
            ),
        ),
        contrib.BenchGroup(
            code="attendance",
            order=40,
            rows="scheduling.benchmarks.attendance.rows",
            must=("fit the", "score", "Brier", "log-loss", "slope", "PIT", "chi2/df", "target met", "best fixed"),
        ),
        contrib.BenchGroup(
            code="statistics",
            order=41,
            rows="scheduling.benchmarks.statistics_pages.rows",
            on_demo=True,
            must=tuple(f"page statistics: {page}" for page in statistics_pages),
        ),
        contrib.BenchGroup(
            code="calendars",
            order=60,
            rows="scheduling.benchmarks.calendars.rows",
            must=("from nothing", "kept copy", "cached event bytes", "304", "busy calendar", "memory"),
        ),
    )


def _pages() -> None:
    """Add entries of the rail, tiles, alarms and panels of other pages."""
    sessions, vacancies = _("Sessions"), _("Vacancies")
    contrib.rail.add(
        contrib.RailItem(
            group="",
            label=_("Calls"),
            url_name="calls",
            action=Action.CALL,
            order=30,
            count=tiles.calls_count,
            key="y",
        ),
        contrib.RailItem(group=sessions, label=_("Plan"), url_name="sessions", action=Action.PLAN_SESSION, order=40),
        contrib.RailItem(
            group=sessions, label=_("Desk"), url_name="desk-home", action=Action.WORK_DESK, order=50, key="y"
        ),
        contrib.RailItem(group=sessions, label=_("My queue"), url_name="my-queue", action=Action.SCORE, order=55),
        contrib.RailItem(group=vacancies, label=_("Compare"), url_name="compare", action=Action.DECIDE, order=70),
        contrib.RailItem(group=vacancies, label=_("Offers"), url_name="offers", action=Action.MAKE_OFFER, order=75),
        contrib.RailItem(
            group=vacancies, label=_("Statistics"), url_name="statistics", action=Action.SEE_STATISTICS, order=80
        ),
    )
    contrib.rail.add(
        contrib.RailItem(
            group=sessions, label=_("Calendars"), url_name="calendars", action=Action.SEE_SESSIONS, order=58
        )
    )
    contrib.alarms.add(contrib.AlarmSource(name="calendars", find=calendar_tiles.find_alarms))
    contrib.today_tiles.add(
        contrib.TodayTile(
            name="sessions",
            order=10,
            column="wide",
            template="scheduling/_today_sessions.html",
            action=Action.SEE_SESSIONS,
            context=tiles.sessions,
        ),
        contrib.TodayTile(
            name="calls",
            order=21,
            column="todo",
            template="scheduling/_today_todo.html",
            action=Action.CALL,
            context=tiles.todo,
        ),
        contrib.TodayTile(
            name="answers",
            order=31,
            column="since",
            template="scheduling/_today_since.html",
            action=Action.CALL,
            context=tiles.since,
        ),
    )
    contrib.board_facts.add(contrib.BoardFacts(name="interviews", of_cards=board.of_cards, of_columns=board.of_columns))
    contrib.alarms.add(
        contrib.AlarmSource(name="sessions", find=tiles.find_alarms),
        contrib.AlarmSource(name="drift", find=statistics_alarms.find_alarms),
        contrib.AlarmSource(name="goals", find=statistics_alarms.find_misses),
    )
    contrib.timeline.add(contrib.TimelineSource(name="attendance", events=tiles.timeline))


def _settings() -> None:
    """Add the pages of Settings."""
    contrib.settings_pages.add(
        contrib.SettingsPage(
            label=_("Rooms and interviewers"),
            note=_("Where and by whom people are seen."),
            url_name="settings-people",
            order=25,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Reminders"),
            note=_("Who is reminded when and how, of the company or of one vacancy."),
            url_name="settings-reminders",
            order=28,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Scorecard"),
            note=_("What interviewers mark from 1 to 5."),
            url_name="settings-scorecard",
            order=26,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Mail that comes in"),
            note=_("Answers of calendar programs, bounces, proposed times."),
            url_name="settings-mail",
            order=35,
            action=Action.EDIT_SETTINGS,
        ),
    )


def _data() -> None:
    """Add what is known of a person, and what can be imported."""
    contrib.personal_data.add(
        contrib.PersonalData(
            name="incoming mail",
            models=("scheduling.IncomingMail",),
            export=calendar_tiles.export_mails,
            erase=calendar_tiles.erase_mails,
        )
    )
    contrib.arrivals.add(contrib.ArrivalCount(name="interviews", count=tiles.arrived_by_link))
    contrib.zone_changes.add(
        contrib.ZoneChange(name="interviews", told=zone_change.told, carry_out=zone_change.carry_out)
    )
    contrib.personal_data.add(
        contrib.PersonalData(
            name="visits",
            models=personal_data.MODELS,
            export=personal_data.export_visits,
            erase=personal_data.erase_visits,
        ),
        contrib.PersonalData(
            name="statistics",
            models=personal_statistics.MODELS,
            export=personal_statistics.export_statistics,
            erase=personal_statistics.erase_statistics,
        ),
    )
    contrib.import_kinds.add(
        contrib.ImportKind(
            code="history",
            label=_("Past interviews"),
            note=_(
                "Who was invited, for when, what they answered, and whether they came: the forecast learns from it."
            ),
            order=11,
            map_kind="history",
            action=Action.IMPORT,
            read=read_history,
            write=import_history.write_history,
        )
    )
