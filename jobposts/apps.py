"""The Django application, and what it adds to recruit's pages."""

from django.apps import AppConfig


class JobpostsConfig(AppConfig):
    name = "jobposts"

    def ready(self) -> None:
        """Register the imports of job boards."""
        from django.utils.translation import gettext_lazy as _

        from jobposts.services import demo, files, pulls
        from recruit import contrib
        from recruit.permissions import Action

        contrib.background.add(
            contrib.BackgroundTask(name="jobposts.tasks.fetch_resumes", every_seconds=120),
            contrib.BackgroundTask(name="jobposts.tasks.poll_accounts", every_seconds=60),
            contrib.BackgroundTask(name="jobposts.tasks.process_notices", every_seconds=60),
            contrib.BackgroundTask(name="jobposts.tasks.read_back", every_seconds=120),
        )
        contrib.bench_groups.add(
            contrib.BenchGroup(
                code="boards",
                order=14,
                rows="jobposts.benchmarks.boards.rows",
                must=("of a CSV of", "responses of hh.ru per second", "people with each other"),
            ),
            contrib.BenchGroup(
                code="large",
                order=15,
                rows="jobposts.benchmarks.million.short_rows",
                on_empty=True,
                must=("peak memory of the worker", "median time of a page"),
            ),
            contrib.BenchGroup(
                code="million", order=16, rows="jobposts.benchmarks.million.rows", on_empty=True, on_request=True
            ),
        )
        names = {
            "board": ("response_frames", _("Responses of hh.ru (JSON)")),
            "superjob": ("superjob_frames", _("Responses of SuperJob (JSON)")),
            "vkrabota": ("vkrabota_frames", _("Responses of VK Rabota (JSON)")),
            "huntflow": ("huntflow_frames", _("People of Huntflow (JSON)")),
            "greenhouse": ("greenhouse_frames", _("People of Greenhouse (JSON)")),
            "lever": ("lever_frames", _("People of Lever (JSON)")),
            "jsonresume": ("jsonresume_frames", _("JSON Resume")),
        }
        for order, (code, (frames, label)) in enumerate(names.items()):
            contrib.import_kinds.add(
                contrib.ImportKind(
                    code=code,
                    label=label,
                    note=_("An answer of the programming interface, kept as a file: responses, people or resumes."),
                    order=15 + order,
                    map_kind="",
                    frames=f"jobposts.boards.files.{frames}",
                    action=Action.IMPORT,
                    read=files.read_frames,
                    write=files.write_board,
                )
            )
        contrib.demo_steps.add(contrib.DemoStep(name="boards", order=90, load=demo.load_boards, wipe=demo.wipe_boards))
        contrib.run_kinds.add(
            contrib.RunKind(code=pulls.KIND, label=_("Responses of a job board"), work=pulls.run_pull)
        )
        from jobposts.web import panels

        contrib.rail.add(
            contrib.RailItem(
                group=_("Vacancies"),
                label=_("Job boards"),
                url_name="boards",
                action=Action.SEE_BOARDS,
                order=65,
                count=panels.unwell,
            )
        )
        contrib.alarms.add(contrib.AlarmSource(name="job boards", find=panels.alarms))
        contrib.candidate_panels.add(
            contrib.CandidatePanel(
                name="boards",
                order=40,
                template="jobposts/_candidate.html",
                action=Action.SEE_CANDIDATES,
                context=panels.candidate_panel,
            )
        )
        contrib.personal_data.add(
            contrib.PersonalData(
                name="responses on job boards",
                models=("jobposts.BoardResponse",),
                export=panels.export_responses,
                erase=panels.erase_responses,
            )
        )
