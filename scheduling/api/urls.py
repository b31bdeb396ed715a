"""Addresses of the interview day's API."""

from rest_framework.routers import SimpleRouter

from scheduling.api import statistics, views

router = SimpleRouter()
router.register("sessions", views.SessionViewSet, basename="api-session")
router.register("plans", views.PlanViewSet, basename="api-plan")
router.register("invitations", views.InvitationViewSet, basename="api-invitation")
router.register("scorecards", views.ScorecardViewSet, basename="api-scorecard")
router.register("statistics", statistics.StatisticsViewSet, basename="api-statistics")
urlpatterns = router.urls
