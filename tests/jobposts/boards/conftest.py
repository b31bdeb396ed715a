import pytest

from jobposts.fakeboard.faults import Faults
from jobposts.fakeboard.server import running
from jobposts.fakeboard.world import build_world
from tests.jobposts.boards.support import Clock, Session


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def world(clock):
    return build_world(clock, vacancies=2, replies=150)


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def fake(world, faults):
    with running(world, faults) as board:
        yield board


@pytest.fixture
def session():
    made = Session()
    yield made
    made.close()
