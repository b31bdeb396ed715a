"""Pure: who will come, and how sure we are."""

from scheduling.attendance.beliefs import PRIOR, Belief, effective_people, posterior
from scheduling.attendance.days import day_nodes, usual_day
from scheduling.attendance.features import (
    ALLOWED_FEATURES,
    ANSWER_LEVELS,
    ANSWER_STATES,
    PROTECTED,
    Invitee,
    Outcome,
    ProtectedFeatureError,
    allowed_answers,
    refuse_protected,
)
from scheduling.attendance.fit import fit
from scheduling.attendance.model import FittedModel, Settings, flat, prior_model
from scheduling.attendance.predict import Forecast, Forecasts, predict, predict_many, session_sd
from scheduling.attendance.reasons import TEXTS, Reason
from scheduling.attendance.session import SessionForecast, arrivals_law, forecast_session

__all__ = [
    "ALLOWED_FEATURES",
    "ANSWER_LEVELS",
    "ANSWER_STATES",
    "PRIOR",
    "PROTECTED",
    "TEXTS",
    "Belief",
    "FittedModel",
    "Forecast",
    "Forecasts",
    "Invitee",
    "Outcome",
    "ProtectedFeatureError",
    "Reason",
    "SessionForecast",
    "Settings",
    "allowed_answers",
    "arrivals_law",
    "day_nodes",
    "effective_people",
    "fit",
    "flat",
    "forecast_session",
    "posterior",
    "predict",
    "predict_many",
    "prior_model",
    "refuse_protected",
    "session_sd",
    "usual_day",
]
