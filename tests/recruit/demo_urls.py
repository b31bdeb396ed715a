"""The addresses of demo mode, whatever mode the tests were started in."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from recruit.urls import urlpatterns as usual
from recruit.web import sign_in

urlpatterns = [*usual, path("sign-in/<str:token>/", login_not_required(sign_in.one_time), name="sign-in-once")]
