"""The addresses of the whole project; the apps above are named as text, never imported."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from recruit.web import api_docs, health, metrics, sign_in

handler400 = "recruit.web.faults.odd_input"
handler404 = "recruit.web.faults.unknown_address"
handler500 = "recruit.web.faults.fault"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("recruit.web.urls")),
    path("", include("scheduling.web.urls")),
    path("", include("jobposts.web.urls")),
    path("api/v1/", include("recruit.api.urls")),
    path("api/v1/", include("scheduling.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api-schema"),
    path("api/v1/docs/", api_docs.docs, name="api-docs"),
]
if settings.DEMO:
    urlpatterns.append(path("sign-in/<str:token>/", login_not_required(sign_in.one_time), name="sign-in-once"))
