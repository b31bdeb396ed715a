"""Settings of one installation, all from the environment.

``TURNOUT_MODE`` is ``development`` (the default on a loopback address), ``demo`` (the same with the demo
company) or ``production``, which refuses to start while anything is left unsafe: see ``recruit.checks``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("TURNOUT_VAR", BASE_DIR / "var"))
TESTING = "pytest" in sys.modules


def _flag(name: str, *, default: bool = False) -> bool:
    """Return the environment variable ``name`` read as yes or no."""
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of the environment variable ``name``."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


MODE = os.environ.get("TURNOUT_MODE", "development")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = _flag("TURNOUT_DEBUG") and not PRODUCTION

# A fixed key would sign candidate links of every installation alike: without one in the environment,
# development keeps a key of its own beside its database.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY and TESTING:
    SECRET_KEY = "only-for-tests"  # noqa: S105
elif not SECRET_KEY and not PRODUCTION:
    _key_file = VAR_DIR / "secret-key"
    if not _key_file.exists():
        from django.core.management.utils import get_random_secret_key

        try:
            VAR_DIR.mkdir(parents=True, exist_ok=True)
            _key_file.touch(mode=0o600)
            _key_file.write_text(get_random_secret_key())
        except OSError as error:
            raise SystemExit(
                f"No permission to write in {VAR_DIR}; set TURNOUT_VAR to a folder that can be written."
            ) from error
    SECRET_KEY = _key_file.read_text().strip()

# Seal the tokens of job boards and the signing keys of webhooks (recruit.sealed); SECRET_KEY opens too.
SEALING_KEYS = _words("SEALING_KEYS")

ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")
# Absolute links in mails are built from this, never from the Host header of a request.
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

if PRODUCTION:
    # What would be open to everybody is not started at all; the rest is told by ``check --deploy``.
    _unsafe = [
        text
        for is_wrong, text in (
            (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5, "SECRET_KEY must be at least 50 random characters"),
            ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must name the hosts"),
            (not PUBLIC_URL.startswith("https://"), "PUBLIC_URL must begin with https://"),
        )
        if is_wrong
    ]
    if _unsafe:
        raise SystemExit(f"Turnout does not start: {'; '.join(_unsafe)}.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "recruit",
    "scheduling",
    "jobposts",
    # Last, so that our own template of a form field is found before Django's.
    "django.forms",
]

MIDDLEWARE = [
    "recruit.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Open desks ask every few seconds: one that has seen everything is answered before anything else is done.
    "scheduling.web.poll.PollMiddleware",
    "recruit.web.middleware.ReadingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "recruit.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "recruit.web.middleware.OddInputMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "recruit.web.middleware.UserPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "recruit.urls"
WSGI_APPLICATION = "recruit.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recruit.web.context.page",
            ],
            "builtins": [
                "recruit.templatetags.figures",
                "recruit.templatetags.parts",
                "recruit.templatetags.charts",
                "recruit.templatetags.audit_words",
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
            ],
        },
    },
]


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's database settings for ``url``: ``postgresql://…`` or ``sqlite:///path``; SQLite when empty."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "turnout",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    path = Path(unquote(parts.path)) if parts.scheme == "sqlite" and parts.path else VAR_DIR / "turnout.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # A deferred transaction that reads and then writes fails with "database is locked" under load,
            # whatever the timeout; memory-mapped reads were seen to corrupt and stay off.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
                "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;PRAGMA secure_delete=ON;"
            ),
        },
    }


DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "recruit.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "recruit.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The sign-in form calls the e-mail "username"; without this name every account would share one count.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "recruit.web.throttle.locked_out"
AXES_VERBOSE = False
AXES_ENABLED = not TESTING
AXES_CLIENT_IP_CALLABLE = "recruit.web.addresses.client_address"
# Seconds for which a link to choose a new password works.
PASSWORD_RESET_TIMEOUT = 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("th", "ไทย")]
LOCALE_PATHS = [BASE_DIR / "recruit" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "recruit.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# The largest file that a person may upload, in bytes.
UPLOAD_LIMIT_BYTES = int(os.environ.get("UPLOAD_LIMIT_BYTES", "60000000"))
# The largest table in plain text (CSV); it is kept and read a piece at a time, so that a million rows may come.
TABLE_LIMIT_BYTES = int(os.environ.get("TABLE_LIMIT_BYTES", "1000000000"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and _flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
# A proxy of our own stands before us: it alone writes X-Forwarded-Proto and the last entry of X-Forwarded-For.
BEHIND_PROXY = _flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "mail", "imports", "fits", "boards"],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recruit.api.auth.ApiKeyAuthentication",
        "recruit.api.auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["recruit.api.permissions.RolePermission"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "recruit.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "recruit.api.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Turnout API",
    "VERSION": "1",
    "DESCRIPTION": "Recruitment pipeline and overbooking interview scheduler. Times are UTC, ISO 8601.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "recruit.api.schema.document_refusals",
    ],
}

# -- mail -------------------------------------------------------------------------------------------------------------
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "interviews@turnout.invalid")
# Without an SMTP server mails are written here as .eml files, and a page shows them.
MAIL_DIR = VAR_DIR / "mail"

# Texts go to a gateway by POST; without its address they are written to var/sms.log. The body is JSON or a form that names
# {to}, {text}, {sender}, {token} and {id} (the same for every try of one message); a token it does not name is sent as Bearer.
SMS_URL = os.environ.get("SMS_URL", "")
SMS_TOKEN = os.environ.get("SMS_TOKEN", "")
SMS_SENDER = os.environ.get("SMS_SENDER", "")
SMS_BODY = os.environ.get("SMS_BODY", '{"to": "{to}", "from": "{sender}", "text": "{text}", "id": "{id}"}')
SMS_TIMEOUT = float(os.environ.get("SMS_TIMEOUT", "20"))  # seconds

# Calendar answers come back to REPLY_ADDRESS with a signed "+tag"; empty: to the sender, and they are not read. They are
# fetched from an IMAP box (imaps://user:password@host/INBOX), a maildir folder, or handed in over HTTP with the secret.
REPLY_ADDRESS = os.environ.get("REPLY_ADDRESS", "" if PRODUCTION else "interviews@turnout.invalid")
INBOUND_IMAP_URL = os.environ.get("INBOUND_IMAP_URL", "")
INBOUND_MAILDIR = os.environ.get("INBOUND_MAILDIR", "")
INBOUND_SECRET = os.environ.get("INBOUND_SECRET", "")

# -- job boards -------------------------------------------------------------------------------------------------------
# In the demo they are the boards that ``manage.py fake_board`` plays on this machine.
PLAYED_BOARD = os.environ.get("PLAYED_BOARD", "127.0.0.1:8099" if DEMO else "")


def _board(prefix: str, path: str) -> dict[str, str]:
    """Return the application registered with a board: its id and secret, and other addresses for a played board."""
    base = f"http://{PLAYED_BOARD}" if PLAYED_BOARD else ""
    return {
        "client_id": os.environ.get(f"{prefix}_CLIENT_ID", "played" if base else ""),
        "client_secret": os.environ.get(f"{prefix}_CLIENT_SECRET", "played" if base else ""),
        "base_url": os.environ.get(f"{prefix}_BASE_URL", f"{base}{path}" if base else ""),
        "login_url": os.environ.get(f"{prefix}_LOGIN_URL", f"{base}/oauth/authorize" if base else ""),
    }


# hh.ru wants a name and a contact address in every request.
BOARD_APPS = {"headhunter": _board("HH", "/"), "superjob": _board("SUPERJOB", "/2.0/")}
BOARD_USER_AGENT = os.environ.get("BOARD_USER_AGENT", f"Turnout/1.0 ({DEFAULT_FROM_EMAIL})")

# host:port words that the guarded door for outbound HTTP may reach although they are private. A fake board on this
# machine is the only use; ``check --deploy`` fails while it is set.
OUTBOUND_ALLOW = _words("OUTBOUND_ALLOW", PLAYED_BOARD)

# On the day nothing is proposed that brings fewer interviews than this.
LEAST_GAIN_HELD = float(os.environ.get("LEAST_GAIN_HELD", "0.1"))

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "recruit.logs.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request)s"},
        "json": {"()": "recruit.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request"],
            # One JSON object a line where machines read; words where people do.
            "formatter": os.environ.get("LOG_FORMAT", "json" if PRODUCTION else "line"),
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
# Who may read /metrics; without it, this machine alone.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
SILENCED_SYSTEM_CHECKS: list[str] = []
# ``check --deploy`` warns of an SQLite with a known race; who has read it may say so.
WARN_OF_SQLITE = _flag("WARN_OF_SQLITE", default=True)
