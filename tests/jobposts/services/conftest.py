import pytest

from recruit.models import Company


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Keep everything that a test writes below its own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def company(db):
    return Company.current()
