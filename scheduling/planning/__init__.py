"""How many people to invite, for when, and what will then happen; pure, usable as a library on its own.

Three calls make a plan::

    from scheduling.planning import Belief, StreamedSpec, plan_streamed

    spec = StreamedSpec(target=5, assurance=0.9, interviewers=2, typical=Belief(mean=0.2, weight=214))
    plan = plan_streamed(spec)
    plan.invite, plan.p_target, [(band.start, band.invited) for band in plan.bands]

What stands behind it, from simple to whole:

- **Who comes**: ``people_law`` (exact Poisson-binomial), ``beta_binomial_law`` (equal, uncertain p), ``shared_law`` (a
  shift that everybody shares), read with ``at_least``, ``more_than``, ``quantile``.
- **Groups**: ``bounds_in_order`` and ``bounds_uncertain`` for a ``Wish``, ``newsvendor`` for ``GroupPrices``, ``remedies``
  where the wish cannot be had, ``spread_over_sessions``, ``merge_or_split``.
- **Streams**: ``evaluate`` and ``evaluate_equal`` (an interview lasts one slot), ``evaluate_service`` (any law on a grid),
  ``evaluate_exponential``, ``evaluate_full`` (changing staff, breaks, fixed times, room cap, lobby), ``wait_profile`` (who waits how long, guaranteed times).
- **Optimise**: ``best_day`` and ``best_number`` for a ``Day`` under ``Rules``; ``certified_day`` proves the optimum of
  equal p; ``within_limits`` plans under promises instead of prices; ``plan_week`` plans many sessions together; ``refine_day`` and
  ``refine_week`` go on from a plan and never make it dearer.
- **Replan**: ``replan`` values every ``Offers`` action exactly, ``updated_nodes`` learns from the morning,
  ``second_wave`` and ``first_wave`` for groups.
- **Simulate**: ``simulate`` a ``SimulatedDay`` with lateness, walk-ins and people who leave.
- **Whole sessions**: ``plan_streamed``, ``refine_streamed`` and ``plan_group``; ``to_json`` and ``from_json`` carry specs and plans.

Probabilities and shares lie in [0, 1], lengths are minutes, a bad argument raises ``ValueError`` that names it.
"""

from scheduling.planning.arrivals import beta_binomial_law, mean_and_variance, more_than, people_law, shared_law
from scheduling.planning.certified import CertifiedPlan, certified_day
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.exponential import ExponentialFigures, evaluate_exponential
from scheduling.planning.full_day import FullFigures, evaluate_full
from scheduling.planning.group_plan import plan_group
from scheduling.planning.groups import (
    Bounds,
    Cheapest,
    Remedy,
    Wish,
    best_first,
    bounds_in_order,
    bounds_uncertain,
    newsvendor,
    remedies,
)
from scheduling.planning.limits import LimitedPlan, Limits, within_limits
from scheduling.planning.mixture import at_least, common_shift, day_sd, mixed_law, quantile, rate_sd
from scheduling.planning.optimise import best_day, best_number, figures_of
from scheduling.planning.plan_record import Arrivals, Band, Choice, Conflict, IfWrong, Plan
from scheduling.planning.refine import refine_day
from scheduling.planning.replan import replan, top_up
from scheduling.planning.replan_record import Action, ActionKind, Forecast, Offers, Replan, updated_nodes
from scheduling.planning.rules import Rules
from scheduling.planning.schedule import Method, Schedule
from scheduling.planning.service import ServiceFigures
from scheduling.planning.several import Proposal, Spread, merge_or_split, spread_over_sessions
from scheduling.planning.simulate import Estimate, Simulated, simulate
from scheduling.planning.simulated_day import SimulatedDay
from scheduling.planning.spec import Belief, Costs, GroupSpec, StreamedSpec
from scheduling.planning.spec_day import first_usable_band
from scheduling.planning.spec_json import from_json, to_json
from scheduling.planning.streamed_plan import plan_streamed, refine_streamed
from scheduling.planning.streams import DayFigures, evaluate, evaluate_equal
from scheduling.planning.waits import WaitProfile, lobby_quantile, wait_profile
from scheduling.planning.waves import GroupPrices, Wave, first_wave, second_wave
from scheduling.planning.weeks import SessionPlan, WeekPerson, WeekSession, plan_week, refine_week
from scheduling.planning.workload import evaluate_service

__all__ = [
    "Action",
    "ActionKind",
    "Arrivals",
    "Band",
    "Belief",
    "Bounds",
    "CertifiedPlan",
    "Cheapest",
    "Choice",
    "Conflict",
    "CostWeights",
    "Costs",
    "Day",
    "DayFigures",
    "Estimate",
    "ExponentialFigures",
    "Forecast",
    "FullFigures",
    "GroupPrices",
    "GroupSpec",
    "IfWrong",
    "LimitedPlan",
    "Limits",
    "Method",
    "Offers",
    "Plan",
    "Proposal",
    "Remedy",
    "Replan",
    "Rules",
    "Schedule",
    "ServiceFigures",
    "SessionPlan",
    "Simulated",
    "SimulatedDay",
    "Spread",
    "StreamedSpec",
    "WaitProfile",
    "Wave",
    "WeekPerson",
    "WeekSession",
    "Wish",
    "at_least",
    "best_day",
    "best_first",
    "best_number",
    "beta_binomial_law",
    "bounds_in_order",
    "bounds_uncertain",
    "certified_day",
    "common_shift",
    "day_sd",
    "evaluate",
    "evaluate_equal",
    "evaluate_exponential",
    "evaluate_full",
    "evaluate_service",
    "figures_of",
    "first_usable_band",
    "first_wave",
    "from_json",
    "lobby_quantile",
    "mean_and_variance",
    "merge_or_split",
    "mixed_law",
    "more_than",
    "newsvendor",
    "people_law",
    "plan_group",
    "plan_streamed",
    "plan_week",
    "quantile",
    "rate_sd",
    "refine_day",
    "refine_streamed",
    "refine_week",
    "remedies",
    "replan",
    "second_wave",
    "shared_law",
    "simulate",
    "spread_over_sessions",
    "to_json",
    "top_up",
    "updated_nodes",
    "wait_profile",
    "within_limits",
]
