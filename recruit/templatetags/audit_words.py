"""The codes of the audit in words: ``audit_word`` for what was done, ``thing_word`` for what it was done to."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy

register = template.Library()

AUDIT_WORDS = {
    "candidate.seen": gettext_lazy("looked at a person"),
    "candidate.changed": gettext_lazy("changed a person"),
    "candidate.merged": gettext_lazy("merged two records"),
    "resume.file": gettext_lazy("took the file of a resume"),
    "resume.text": gettext_lazy("read the text of a resume"),
    "vacancy.changed": gettext_lazy("changed a vacancy"),
    "import.problems": gettext_lazy("took the refused rows of an import"),
    "key.made": gettext_lazy("made a key"),
    "key.revoked": gettext_lazy("took a key back"),
    "settings.company": gettext_lazy("changed the company"),
    "message.told": gettext_lazy("told a person by hand"),
    "settings.reminders": gettext_lazy("changed the reminders"),
    "standby.offered": gettext_lazy("offered free places"),
    "standby.ended": gettext_lazy("ended offers of places"),
    "settings.messages": gettext_lazy("changed how messages leave"),
    "settings.second_factor": gettext_lazy("changed who must use a second factor"),
    "settings.office": gettext_lazy("changed an office"),
    "settings.team": gettext_lazy("changed a team"),
    "session.changed": gettext_lazy("changed a session"),
    "settings.interviewer": gettext_lazy("changed an interviewer"),
    "settings.room": gettext_lazy("changed a room"),
    "settings.scorecard": gettext_lazy("changed the scorecard"),
    "settings.source": gettext_lazy("changed a source"),
    "settings.pipeline": gettext_lazy("changed a pipeline"),
    "settings.wording": gettext_lazy("changed the text of a message"),
    "audit.exported": gettext_lazy("exported the audit"),
    "board.archived": gettext_lazy("archived a posting"),
    "board.changed": gettext_lazy("changed a job board"),
    "board.connected": gettext_lazy("connected a job board"),
    "board.cost_entered": gettext_lazy("entered the cost of a posting"),
    "backup.restored": gettext_lazy("restored a backup"),
    "board.disconnected": gettext_lazy("disconnected a job board"),
    "board.draft": gettext_lazy("made a draft of a posting"),
    "board.edited": gettext_lazy("edited a posting"),
    "board.off": gettext_lazy("switched a job board off"),
    "board.on": gettext_lazy("switched a job board on"),
    "board.promotion_entered": gettext_lazy("entered a promotion"),
    "board.step": gettext_lazy("moved a posting on"),
    "busy_calendar.forgotten": gettext_lazy("forgot an external calendar"),
    "busy_calendar.made": gettext_lazy("added an external calendar"),
    "candidate.apart": gettext_lazy("kept two records apart"),
    "candidate.compared": gettext_lazy("compared two records"),
    "candidate.erased": gettext_lazy("erased a person"),
    "candidate.exported": gettext_lazy("exported a person"),
    "candidate.unmerged": gettext_lazy("took a merge back"),
    "careers.published": gettext_lazy("published on the careers page"),
    "careers.removed": gettext_lazy("removed from the careers page"),
    "experiment.started": gettext_lazy("started an experiment"),
    "experiment.stopped": gettext_lazy("stopped an experiment"),
    "fairness.forgotten": gettext_lazy("forgot a fairness record"),
    "fairness.recorded": gettext_lazy("recorded a fairness check"),
    "feed.made": gettext_lazy("made a calendar feed"),
    "feed.revoked": gettext_lazy("revoked a calendar feed"),
    "feed.rotated": gettext_lazy("renewed a calendar feed"),
    "hired.exported": gettext_lazy("handed over hired people"),
    "hours.written": gettext_lazy("wrote hours of an interviewer"),
    "key.changed": gettext_lazy("changed a key"),
    "key.wiped": gettext_lazy("wiped the data of a test key"),
    "model.learned": gettext_lazy("learned attendance anew"),
    "notice.published": gettext_lazy("published a notice"),
    "office_hours.written": gettext_lazy("wrote hours of an office"),
    "password.changed": gettext_lazy("changed a password"),
    "password.reset": gettext_lazy("set a new password by a link"),
    "plan.override": gettext_lazy("overrode a plan"),
    "promotion.budget": gettext_lazy("set a budget of promotions"),
    "promotion.noted": gettext_lazy("noted a promotion"),
    "retention.rule": gettext_lazy("changed a rule of retention"),
    "retention.run": gettext_lazy("ran the rules of retention"),
    "retention.tried": gettext_lazy("tried the rules of retention"),
    "second_factor.off": gettext_lazy("switched the second factor off"),
    "second_factor.on": gettext_lazy("switched the second factor on"),
    "second_factor.recovery_used": gettext_lazy("used a recovery code"),
    "settings.mail": gettext_lazy("changed the mail settings"),
    "sign_in.ended": gettext_lazy("ended a sign-in"),
    "statistics.exported": gettext_lazy("exported statistics"),
    "user.changed": gettext_lazy("changed a user"),
    "user.link_sent": gettext_lazy("sent a user a link"),
    "user.made": gettext_lazy("made a user"),
    "webhook.forgotten": gettext_lazy("forgot a webhook"),
    "webhook.made": gettext_lazy("made a webhook"),
}
_THINGS = {
    "recruit.Candidate": gettext_lazy("person"),
    "recruit.Vacancy": gettext_lazy("vacancy"),
    "recruit.Application": gettext_lazy("application"),
    "recruit.Resume": gettext_lazy("resume"),
    "recruit.Office": gettext_lazy("office"),
    "recruit.Team": gettext_lazy("team"),
    "recruit.Source": gettext_lazy("source"),
    "recruit.User": gettext_lazy("user"),
    "recruit.ApiKey": gettext_lazy("key"),
    "recruit.ImportRun": gettext_lazy("import"),
    "recruit.Message": gettext_lazy("message"),
    "recruit.MessageTemplate": gettext_lazy("text of a message"),
    "recruit.PipelineTemplate": gettext_lazy("pipeline"),
    "scheduling.InterviewSession": gettext_lazy("session"),
    "scheduling.Invitation": gettext_lazy("invitation"),
}


@register.filter
def audit_word(code: str) -> str:
    """Write an action of the audit in words; one that is not known stays a code."""
    return str(AUDIT_WORDS.get(code, code))


@register.filter
def thing_word(label: str) -> str:
    """Write the kind of a thing ("recruit.Candidate") in words."""
    return str(_THINGS.get(label, label))
