import pytest


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Keep everything that a test writes below its own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR_DIR = tmp_path
    settings.MAIL_DIR = tmp_path / "mail"
