"""Tables of the pipeline; one aggregate a file."""

from recruit.models.access import ApiCall, ApiKey, AuditEntry, IdempotencyKey
from recruit.models.application import Application, Comment, Mention, StageMove
from recruit.models.bulk import BulkMove, BulkMoveItem
from recruit.models.candidate import Candidate, Consent, ContactKind, ContactPoint, ExternalIdentity
from recruit.models.company import ClosingDay, Company, Office, Team
from recruit.models.imports import HandOverMap, ImportRun, InboundRecord, RowProblem, SavedMap
from recruit.models.merge import BlockingKey, DuplicatePair, DuplicateScan, Merge, PairState
from recruit.models.message import Channel, Message, MessageKind, Through
from recruit.models.offer import Offer
from recruit.models.privacy import (
    Basis,
    Erasure,
    Notice,
    PrivacyRequest,
    Purpose,
    RetentionRule,
    RetentionRun,
    Suppression,
)
from recruit.models.resume import Resume
from recruit.models.schedule import Schedule, WorkerBeat
from recruit.models.sign_in import RateCount, SecondFactor, SignIn
from recruit.models.source import Source, SourceKind, SourceLink, Spend
from recruit.models.user import User
from recruit.models.vacancy import PayRange, PipelineTemplate, Vacancy, VacancyVersion
from recruit.models.views import AlarmSnooze, SavedView
from recruit.models.webhook import WebhookDelivery, WebhookEndpoint, WebhookEvent
from recruit.models.wording import MessageTemplate

__all__ = [
    "AlarmSnooze",
    "ApiCall",
    "ApiKey",
    "Application",
    "AuditEntry",
    "Basis",
    "BlockingKey",
    "BulkMove",
    "BulkMoveItem",
    "Candidate",
    "Channel",
    "ClosingDay",
    "Comment",
    "Company",
    "Consent",
    "ContactKind",
    "ContactPoint",
    "DuplicatePair",
    "DuplicateScan",
    "Erasure",
    "ExternalIdentity",
    "HandOverMap",
    "IdempotencyKey",
    "ImportRun",
    "InboundRecord",
    "Mention",
    "Merge",
    "Message",
    "MessageKind",
    "MessageTemplate",
    "Notice",
    "Offer",
    "Office",
    "PairState",
    "PayRange",
    "PipelineTemplate",
    "PrivacyRequest",
    "Purpose",
    "RateCount",
    "Resume",
    "RetentionRule",
    "RetentionRun",
    "RowProblem",
    "SavedMap",
    "SavedView",
    "Schedule",
    "SecondFactor",
    "SignIn",
    "Source",
    "SourceKind",
    "SourceLink",
    "Spend",
    "StageMove",
    "Suppression",
    "Team",
    "Through",
    "User",
    "Vacancy",
    "VacancyVersion",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WorkerBeat",
]
