"""The modules of which no branch may be without a test, and why they are these."""

from __future__ import annotations

# Where two people can want one thing: a last place, a time that is kept, one row of the day, the next turn at the desk.
SEATS = (
    "scheduling/planning/room_for_one.py",  # is there a seat
    "scheduling/services/desk.py",  # two desks, one person; two people, one number
    "scheduling/services/moves.py",  # the conditional UPDATE of every move of an invitation
    "scheduling/services/replies.py",  # the double click of an answer, two who decide one wish
    "scheduling/services/self_service.py",  # the time that is kept for ten minutes, the lock on its session
    "scheduling/services/standby.py",  # the last place
    "scheduling/services/waves.py",  # one live invitation an application
    "scheduling/web/candidate_answers.py",
    "scheduling/web/standby.py",
)

# What is written with a change and told once: the row, the claim, the hand-over, the note.
OUTBOX = (
    "recruit/messaging/channels.py",
    "recruit/messaging/deliver.py",
    "recruit/messaging/mail.py",
    "recruit/messaging/outbox.py",
    "recruit/messaging/webhooks.py",
    "recruit/messaging/wording.py",
    "recruit/queue.py",
)

# Words that open something: whoever holds one is let in, whoever has nearly one is not.
TOKENS = (
    "recruit/api/auth.py",  # keys of programs
    "recruit/sealed.py",  # tokens of others at rest
    "recruit/services/keys.py",
    "recruit/services/second_factor.py",
    "recruit/services/sign_in.py",  # one-time links of the demo
    "recruit/services/sign_ins.py",  # links for a new password
    "recruit/services/trial_keys.py",
    "scheduling/services/feed_addresses.py",
    "scheduling/services/links.py",  # candidates
    "scheduling/services/lobby.py",  # the screen in the lobby
    "scheduling/services/reply_addresses.py",
    "scheduling/web/poll.py",  # answers a poll before anybody is signed in
)

# Who may do what: the table, what reads it, and each ``visible_to``, by which every list and every number is narrowed.
PERMISSIONS = (
    "jobposts/models/posting.py",
    "recruit/api/base.py",
    "recruit/api/permissions.py",
    "recruit/models/application.py",
    "recruit/models/candidate.py",
    "recruit/models/company.py",
    "recruit/models/imports.py",
    "recruit/models/merge.py",
    "recruit/models/message.py",
    "recruit/models/user.py",
    "recruit/models/vacancy.py",
    "recruit/permissions.py",
    "recruit/web/access.py",
    "scheduling/models/busy.py",
    "scheduling/models/invitation.py",
    "scheduling/models/mailbox.py",
    "scheduling/models/people.py",
    "scheduling/models/session.py",
    "scheduling/models/statistics.py",
    "scheduling/models/template.py",
    "scheduling/web/scope.py",
)

EXACT = SEATS + OUTBOX + TOKENS + PERMISSIONS
