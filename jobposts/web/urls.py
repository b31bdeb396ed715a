"""Addresses of the boards' pages."""

from django.urls import path

from jobposts.web import boards, careers, hooks, postings

urlpatterns = [
    path("boards/", boards.boards, name="boards"),
    path("boards/connect/", boards.connect, name="board-connect"),
    path("boards/connected/", boards.connected, name="board-connected"),
    path("boards/accounts/<int:pk>/", boards.account, name="board-account"),
    path("boards/accounts/<int:pk>/act/", boards.act, name="board-account-act"),
    path("boards/accounts/<int:pk>/read/", boards.read_now, name="board-read"),
    path("boards/postings/<int:pk>/", postings.posting, name="board-posting"),
    path("boards/postings/<int:pk>/promote/", postings.promote, name="board-promote"),
    path("boards/postings/<int:pk>/edit/", postings.edit, name="board-edit"),
    path("boards/postings/<int:pk>/enter/", postings.enter, name="board-enter"),
    path("boards/postings/<int:pk>/act/", postings.act, name="board-posting-act"),
    path("boards/promotions/<int:pk>/cost/", postings.cost, name="board-cost"),
    path("boards/responses/<int:pk>/step/", postings.step, name="board-step"),
    path("boards/hooks/<str:token>/", hooks.hook, name="board-hook"),
    path("jobs/", careers.jobs, name="jobs"),
    path("jobs/feed.xml", careers.feed, name="jobs-feed"),
    path("jobs/<slug:slug>/", careers.job, name="job"),
    path("jobs/<slug:slug>/thanks/", careers.thanks, name="job-thanks"),
    path("vacancies/<int:pk>/careers/", careers.publish, name="careers-publish"),
    path("vacancies/<int:pk>/post/", postings.new, name="board-draft"),
]
