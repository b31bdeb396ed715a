"""Addresses of the pipeline's API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from recruit.api import views

router = SimpleRouter()
router.register("offices", views.OfficeViewSet, basename="api-office")
router.register("sources", views.SourceViewSet, basename="api-source")
router.register("vacancies", views.VacancyViewSet, basename="api-vacancy")
router.register("candidates", views.CandidateViewSet, basename="api-candidate")
router.register("applications", views.ApplicationViewSet, basename="api-application")
router.register("offers", views.OfferViewSet, basename="api-offer")
router.register("imports", views.ImportViewSet, basename="api-import")
urlpatterns = [
    # Programs are told this address without the last slash; a redirect would lose the body.
    path("candidates", views.CandidateViewSet.as_view({"post": "create"}, schema=None), name="api-candidates-plain"),
    *router.urls,
]
