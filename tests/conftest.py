"""What all tests share."""

import os

import pytest
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings

from recruit.models.append_only import permit_sql
from recruit.services.catalogues import compile_catalogues

# Performance is measured by ``make bench``; on a busy machine no test fails for its time. The same examples in every
# run: a change is judged by what it changed; ``HYPOTHESIS_PROFILE=search`` looks for new ones.
settings.register_profile("turnout", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "turnout"))


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="run the kill and race tests long")


@pytest.fixture(scope="session", autouse=True)
def _flush_is_permitted():
    """Let the test runner empty the tables after a test: they refuse everybody else."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        vendor = self.connection.vendor
        plain(self, [permit_sql(vendor, on=True), *sql_list, permit_sql(vendor, on=False)])

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = plain


@pytest.fixture(scope="session")
def soak(request) -> bool:
    """Whether kill and race tests run long (``make soak``)."""
    return bool(request.config.getoption("--soak"))


def pytest_configure():
    """Compile the translations before the first text is looked up: a language once read stays in memory as it was."""
    compile_catalogues()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Keep the SQLite test database in a file: threads and worker processes open it as they would in production."""
    default = connections["default"]
    if default.vendor == "sqlite":
        default.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
