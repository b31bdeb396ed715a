"""What recruit adds to pages and commands that know nothing of it; ``ready`` of the application calls ``register``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recruit import contrib
from recruit.permissions import Action
from recruit.services import demo, import_responses, import_resumes, inbound_records, personal_data
from recruit.tables import read_responses
from recruit.web import duplicates, privacy, tiles


def register() -> None:
    """Add everything, once, when all applications are loaded."""
    _work()
    _pages()
    _settings()
    _data()


def _work() -> None:
    """Add what runs beside the pages: the demo's steps, tasks in the background, benchmarks."""
    contrib.demo_steps.add(
        contrib.DemoStep(name="company", order=10, load=demo.load_company, wipe=demo.wipe_company),
        contrib.DemoStep(name="people", order=20, load=demo.load_people, wipe=demo.wipe_people),
    )
    contrib.background.add(
        contrib.BackgroundTask(name="recruit.tasks.deliver_due", every_seconds=30),
        contrib.BackgroundTask(name="recruit.tasks.deliver_webhooks", every_seconds=15),
        contrib.BackgroundTask(name="recruit.tasks.find_duplicates", every_seconds=15 * 60),
        contrib.BackgroundTask(name="recruit.tasks.fetch_inbound_resume"),
        contrib.BackgroundTask(name="recruit.tasks.run_import"),
        contrib.BackgroundTask(name="recruit.tasks.carry_out_bulk_moves", every_seconds=60),
        contrib.BackgroundTask(name="recruit.tasks.keep_retention", every_seconds=24 * 3600),
        contrib.BackgroundTask(name="recruit.tasks.tidy", every_seconds=6 * 3600),
        contrib.BackgroundTask(name="recruit.tasks.wipe_test_keys", every_seconds=3600),
    )
    contrib.bench_groups.add(
        contrib.BenchGroup(code="resumes", order=12, rows="recruit.benchmarks.resumes.rows", must=("PDF resume",))
    )


def _pages() -> None:
    """Add entries of the rail, tiles, alarms and panels of other pages."""
    top, pipeline, rest = "", _("Vacancies"), _("More")
    contrib.rail.add(
        contrib.RailItem(group=top, label=_("Today"), url_name="today", action=Action.SEE_TODAY, order=10, key="y"),
        contrib.RailItem(
            group=top,
            label=_("Triage"),
            url_name="triage",
            action=Action.TRIAGE,
            order=20,
            count=tiles.new_responses,
            key="y",
        ),
        contrib.RailItem(
            group=pipeline,
            label=_("Pipeline"),
            url_name="vacancies",
            action=Action.SEE_VACANCIES,
            order=60,
        ),
        contrib.RailItem(group=rest, label=_("Imports"), url_name="imports", action=Action.IMPORT, order=90),
        contrib.RailItem(
            group=rest,
            label=_("Duplicates"),
            url_name="duplicates",
            action=Action.MERGE,
            order=89,
            count=duplicates.open_pairs,
        ),
        contrib.RailItem(group=rest, label=_("Outbox"), url_name="outbox", action=Action.SEE_OUTBOX, order=91),
        contrib.RailItem(group=rest, label=_("Settings"), url_name="settings", action=Action.EDIT_SETTINGS, order=92),
    )
    contrib.today_tiles.add(
        contrib.TodayTile(
            name="to do",
            order=20,
            column="todo",
            template="recruit/_todo.html",
            action=Action.TRIAGE,
            context=tiles.todo,
        ),
        contrib.TodayTile(
            name="responses",
            order=30,
            column="since",
            template="recruit/_since.html",
            action=Action.TRIAGE,
            context=tiles.since,
        ),
    )
    contrib.candidate_panels.add(
        contrib.CandidatePanel(
            name="data protection",
            order=90,
            template="recruit/_data_protection.html",
            action=Action.EXPORT,
            context=privacy.panel,
        )
    )
    contrib.timeline.add(contrib.TimelineSource(name="pipeline", events=tiles.timeline))
    contrib.search.add(
        contrib.SearchSource(label=_("People"), order=10, action=Action.SEE_CANDIDATES, find=tiles.find_people),
        contrib.SearchSource(label=_("Vacancies"), order=20, action=Action.SEE_VACANCIES, find=tiles.find_vacancies),
    )


def _settings() -> None:
    """Add the pages of Settings."""
    contrib.settings_pages.add(
        contrib.SettingsPage(
            label=_("Company and costs"),
            note=_("What a day costs, what is promised, whether the forecast learns."),
            url_name="settings-company",
            order=10,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Offices"),
            note=_("Addresses, the way in, time zones."),
            url_name="settings-offices",
            order=20,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Sources"),
            note=_("Where applications come from."),
            url_name="settings-sources",
            order=30,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Teams"),
            note=_("People who share vacancies and offices."),
            url_name="settings-teams",
            order=22,
            action=Action.MANAGE_USERS,
        ),
        contrib.SettingsPage(
            label=_("Pipelines"),
            note=_("Which stages a vacancy uses, and how long is long in each."),
            url_name="settings-pipelines",
            order=24,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Texts of messages"),
            note=_("Your own wording in each language, with a preview."),
            url_name="settings-wordings",
            order=26,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("Messages: pace and quiet hours"),
            note=_("How many leave in a minute, when no SMS goes, what one costs."),
            url_name="settings-messages",
            order=27,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("API keys"),
            note=_("For programs of your own and of job boards."),
            url_name="settings-keys",
            order=40,
            action=Action.MANAGE_KEYS,
        ),
        contrib.SettingsPage(
            label=_("Hand over hired people"),
            note=_("A table for 1C or any other program, with columns that are remembered."),
            url_name="hand-over",
            order=48,
            action=Action.EXPORT,
        ),
        contrib.SettingsPage(
            label=_("Webhooks"),
            note=_("Addresses that are told of stages, invitations, arrivals and hires."),
            url_name="settings-webhooks",
            order=45,
            action=Action.MANAGE_KEYS,
        ),
        contrib.SettingsPage(
            label=_("Who may do what"),
            note=_("The table of roles."),
            url_name="settings-permissions",
            order=50,
            action=Action.EDIT_SETTINGS,
        ),
        contrib.SettingsPage(
            label=_("People and roles"),
            note=_("Who signs in, with which role, for which teams."),
            url_name="settings-users",
            order=45,
            action=Action.MANAGE_USERS,
        ),
        contrib.SettingsPage(
            label=_("Data protection"),
            note=_("What people ask for, how long they are kept, what they are told."),
            url_name="settings-privacy",
            order=55,
            action=Action.ERASE,
        ),
        contrib.SettingsPage(
            label=_("Audit"),
            note=_("Who saw and changed what."),
            url_name="settings-audit",
            order=60,
            action=Action.SEE_AUDIT,
        ),
    )


def _data() -> None:
    """Add what is known of a person, and what can be imported."""
    contrib.personal_data.add(
        contrib.PersonalData(
            name="records of programs",
            models=("recruit.InboundRecord",),
            export=inbound_records.export_records,
            erase=inbound_records.erase_records,
        )
    )
    contrib.personal_data.add(
        contrib.PersonalData(
            name="contacts",
            models=("recruit.ContactPoint",),
            export=personal_data.export_contacts,
            erase=personal_data.erase_contacts,
        ),
        contrib.PersonalData(
            name="identities",
            models=("recruit.ExternalIdentity",),
            export=personal_data.export_identities,
            erase=personal_data.erase_identities,
        ),
        contrib.PersonalData(
            name="resumes",
            models=("recruit.Resume",),
            export=personal_data.export_resumes,
            erase=personal_data.erase_resumes,
            files=personal_data.resume_files,
        ),
        contrib.PersonalData(
            name="applications",
            models=(
                "recruit.Application",
                "recruit.StageMove",
                "recruit.BulkMoveItem",
                "recruit.Comment",
                "recruit.Mention",
                "recruit.Offer",
            ),
            export=personal_data.export_applications,
            erase=personal_data.erase_applications,
        ),
        contrib.PersonalData(
            name="messages",
            models=("recruit.Message",),
            export=personal_data.export_messages,
            erase=personal_data.erase_messages,
        ),
        contrib.PersonalData(
            name="consents",
            models=("recruit.Consent",),
            export=personal_data.export_consents,
            erase=personal_data.keep,
        ),
        contrib.PersonalData(
            name="requests",
            models=("recruit.PrivacyRequest",),
            export=personal_data.export_requests,
            erase=personal_data.erase_requests,
        ),
        contrib.PersonalData(
            name="merges",
            models=("recruit.Merge", "recruit.BlockingKey"),
            export=personal_data.export_merges,
            erase=personal_data.erase_merges,
        ),
        contrib.PersonalData(
            name="person",
            models=("recruit.Candidate",),
            export=personal_data.export_person,
            erase=personal_data.erase_person,
        ),
    )
    contrib.import_kinds.add(
        contrib.ImportKind(
            code="responses",
            label=_("Responses"),
            note=_("People who answered a vacancy: name, phone or e-mail, one person a row."),
            order=10,
            map_kind="responses",
            action=Action.IMPORT,
            read=read_responses,
            write=import_responses.write_rows,
        ),
        contrib.ImportKind(
            code="resumes",
            label=_("Resumes in a ZIP"),
            note=_("PDF, DOCX, RTF, TXT or HTML, one person a file; choose the vacancy they are for."),
            order=12,
            map_kind="",
            frames="recruit.parsing.archive.archive_members",
            action=Action.IMPORT,
            read=import_resumes.read_members,
            write=import_resumes.write_members,
            batch=import_resumes.BATCH,
        ),
    )
