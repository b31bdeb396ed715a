"""Tables of the interview day; one aggregate a file."""

from scheduling.models.busy import BusyCalendar, BusyTime, OfficeHours, OwnHours, Weekday
from scheduling.models.calls import CallOutcome, PhoneCall
from scheduling.models.desk import DeskAct, DeskPin, PassDesk, SeatHold
from scheduling.models.feed import (
    Feed,
    FeedCopy,
    FeedDetail,
    FeedKind,
    FeedReader,
    InterviewerBlock,
    SessionEvent,
)
from scheduling.models.forecast import AttendanceModel
from scheduling.models.invitation import Invitation, MoveRequest
from scheduling.models.ladder import LadderMark, LadderStep, ReminderLadder, StepText
from scheduling.models.ledger import ActorKind, LedgerEntry
from scheduling.models.mailbox import IncomingMail, MailOutcome, MailRules
from scheduling.models.people import Interviewer, Room
from scheduling.models.plan import Plan
from scheduling.models.room import GroupRoom, RoomSeat
from scheduling.models.scorecard import Scorecard, ScorecardTemplate
from scheduling.models.session import ArrivalBand, InterviewSession, SessionInterviewer, SessionRole, SessionVacancy
from scheduling.models.standby import StandbyOffer, StandbyRound
from scheduling.models.statistics import (
    ArmAssignment,
    Employment,
    Finding,
    ForecastCheck,
    GroupRecord,
    PromotionBudget,
    ReminderExperiment,
)
from scheduling.models.template import SessionTemplate

__all__ = [
    "ActorKind",
    "ArmAssignment",
    "ArrivalBand",
    "AttendanceModel",
    "BusyCalendar",
    "BusyTime",
    "CallOutcome",
    "DeskAct",
    "DeskPin",
    "Employment",
    "Feed",
    "FeedCopy",
    "FeedDetail",
    "FeedKind",
    "FeedReader",
    "Finding",
    "ForecastCheck",
    "GroupRecord",
    "GroupRoom",
    "IncomingMail",
    "InterviewSession",
    "Interviewer",
    "InterviewerBlock",
    "Invitation",
    "LadderMark",
    "LadderStep",
    "LedgerEntry",
    "MailOutcome",
    "MailRules",
    "MoveRequest",
    "OfficeHours",
    "OwnHours",
    "PassDesk",
    "PhoneCall",
    "Plan",
    "PromotionBudget",
    "ReminderExperiment",
    "ReminderLadder",
    "Room",
    "RoomSeat",
    "Scorecard",
    "ScorecardTemplate",
    "SeatHold",
    "SessionEvent",
    "SessionInterviewer",
    "SessionRole",
    "SessionTemplate",
    "SessionVacancy",
    "StandbyOffer",
    "StandbyRound",
    "StepText",
    "Weekday",
]
