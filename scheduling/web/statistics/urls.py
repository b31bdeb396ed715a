"""Addresses of the statistics."""

from django.urls import path

from scheduling.web.statistics import ahead, hires, money, periods, plots, right, trials, week, who, work

urlpatterns = [
    path("", who.statistics, name="statistics"),
    path("rows/", who.rows, name="statistics-rows"),
    path("rates.csv", who.export, name="statistics-export"),
    path("rates.<slug:kind>", who.export, name="statistics-export-as"),
    path("plots/<slug:name>.svg", plots.plot_file, name="statistics-plot"),
    path("time/", work.time, name="statistics-time"),
    path("waiting/", work.waiting, name="statistics-waits"),
    path("sessions/<int:pk>/", work.session, name="statistics-session"),
    path("sources/", money.sources, name="statistics-sources"),
    path("sources.<slug:kind>", money.sources_export, name="statistics-sources-export"),
    path("promotions/", money.promotion_list, name="statistics-promotions"),
    path("promotions/add/", money.promotion_add, name="statistics-promotion-add"),
    path("promotions/budget/", money.budget_set, name="statistics-budget"),
    path("promotions/<int:pk>.svg", money.promotion_plot, name="statistics-promotion-plot"),
    path("after-hire/", hires.after_hire_page, name="statistics-after-hire"),
    path("after-hire/table/", hires.employment_import, name="statistics-employment-import"),
    path("after-hire/hires.csv", hires.employment_export, name="statistics-employment-export"),
    path("after-hire/<int:pk>/", hires.employment_note, name="statistics-employment"),
    path("periods/", periods.periods, name="statistics-periods"),
    path("right/", right.right, name="statistics-right"),
    path("backtest/", right.backtest, name="statistics-backtest"),
    path("backtest/run/", right.backtest_run, name="statistics-backtest-run"),
    path("model/", right.model, name="statistics-model"),
    path("model/learn/", right.model_learn, name="statistics-model-learn"),
    path("ahead/", ahead.ahead, name="statistics-ahead"),
    path("week/", week.week, name="statistics-week"),
    path("experiments/", trials.trials, name="statistics-experiments"),
    path("experiments/start/", trials.trial_start, name="statistics-experiment-start"),
    path("experiments/<int:pk>/stop/", trials.trial_stop, name="statistics-experiment-stop"),
    path("fairness/", trials.alike, name="statistics-fairness"),
    path("fairness/groups/", trials.groups_import, name="statistics-groups"),
]
