"""Settings shared by every way of running. The environment is read here, once and strictly."""

import socket
import sys
from pathlib import Path

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
"""Where the site is reached, for links in mails."""
SITE_NAME = env("SITE_NAME", default="Quanzi 圈子")
DEMO = False
"""True where the demo community may be seeded and its log-ins are shown."""

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "circles",
    "daily",
    "merchants",
    "moderation",
    "feeds",
    "desk",
    "notifications",
    "search",
    "discovery",
    "openplatform",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.views.health.HealthMiddleware",
    "core.observability.http.ObservedMiddleware",
    "core.policies.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.http.PlainTextGuardMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.DomainErrorMiddleware",
    "core.outages.OutageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.AgreementMiddleware",
    "accounts.middleware.LastSeenMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
                "core.context_processors.frame",
                "accounts.context_processors.me",
                "notifications.context_processors.unread",
            ],
        },
    },
]

# --- Postgres, Redis -----------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Our queries take a millisecond; compiling one to machine code takes twenty. And what Postgres is to keep
# (core/prepared.py) it plans once: left to itself it plans some again each time, for three times their price.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off -c plan_cache_mode=force_generic_plan")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
"""The cache: may be flushed at any time without loss."""
BROKER_URL = env("BROKER_URL")
"""The broker: wake-ups only; noeviction, AOF."""

CACHES = {
    "default": {"BACKEND": "core.cache.RedisCache", "LOCATION": REDIS_URL},
}
SESSION_ENGINE = "core.sessions"
READ_WITH_SESSION = ["badge:%s"]
"""What the cache has about whoever is logged in, by their id, that nearly every page asks for."""

# --- Celery and durable jobs ---------------------------------------------------------------------

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 180
CELERY_DB_REUSE_MAX = sys.maxsize  # connections are kept: core/jobs/lifecycle.py
CELERY_TASK_DEFAULT_QUEUE = "notify"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
"""Workers wait for a broker that is away, however long."""
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "max_retries": 0,  # whoever sends a wake-up does not wait: people are waiting for them
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "socket_keepalive": True,
    # Who listens (core.jobs.lifecycle) has no timeout, and finds out like this that the other machine is gone.
    "socket_keepalive_options": {
        getattr(socket, name): value
        for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    },
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "keep-accounts": {"task": "accounts.keep_house", "schedule": 1800.0, "options": {"queue": "bulk", "expires": 1800}},
    "sweep-jobs": {"task": "core.jobs.sweep", "schedule": 5.0, "options": {"queue": "notify", "expires": 5}},
    "purge-jobs": {"task": "core.jobs.purge", "schedule": 3600.0, "options": {"queue": "bulk", "expires": 3600}},
    "keep-timelines": {
        "task": "feeds.keep_timelines",
        "schedule": crontab(minute=15, hour="*/6"),
        "options": {"queue": "bulk", "expires": 3600},
    },
    "keep-credit": {
        "task": "accounts.keep_credit",
        "schedule": crontab(minute=40, hour="*/6"),
        "options": {"queue": "bulk", "expires": 3600},
    },
    "remind-of-facts": {
        "task": "accounts.remind_of_facts",
        "schedule": crontab(hour=2, minute=20),
        "options": {"queue": "bulk"},
    },
    "forget-typed-addresses": {
        "task": "accounts.forget_typed_addresses",
        "schedule": 900.0,
        "options": {"queue": "bulk", "expires": 900},
    },
    "purge-pictures": {
        "task": "core.purge_pictures",
        "schedule": crontab(hour=20, minute=10),
        "options": {"queue": "bulk"},
    },
    "keep-figures": {
        "task": "desk.keep_figures",
        "schedule": crontab(minute=25, hour="16,18,20"),
        "options": {"queue": "bulk", "expires": 3600},
    },
    "keep-discovery": {"task": "discovery.keep", "schedule": 1200.0, "options": {"queue": "bulk", "expires": 1200}},
    "tidy-circles": {"task": "circles.tidy", "schedule": crontab(hour=19, minute=40), "options": {"queue": "bulk"}},
    "tidy-days": {"task": "daily.tidy", "schedule": crontab(hour=16, minute=20), "options": {"queue": "bulk"}},
    "watch-owners": {"task": "circles.watch_owners", "schedule": crontab(minute=25), "options": {"queue": "bulk"}},
    "tidy-merchants": {"task": "merchants.tidy", "schedule": crontab(hour=19, minute=50), "options": {"queue": "bulk"}},
}

JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
"""How long a claimed job belongs to its worker; after that the sweep hands it on, unless a living one is at it."""
JOB_DRAIN_SECONDS = env.float("JOB_DRAIN_SECONDS", default=1.0)
"""How long a worker stays with one queue while others that it serves may have work."""
JOB_LINGER_SECONDS = {"notify": 0.2, "fanout": 0.1, "bulk": 0.2}
"""How long a worker waits for more of a queue that keeps it busy, so that jobs are done together."""
JOB_CALL_SECONDS = 0.05
"""How long a process that has just called the workers of a queue gathers what else it commits for the next call."""
JOB_KEEP_DAYS = 7
SUBSCRIPTIONS = "config.subscriptions.SUBSCRIPTIONS"

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_SIGNUP_REDIRECT_URL = "discovery:welcome"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_USERNAME_VALIDATORS = "accounts.forms.USERNAME_VALIDATORS"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm", "login": "accounts.forms.LoginForm"}
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_EMAIL_NOTIFICATIONS = True
AGREEMENT_VERSION = 1
"""Of the terms and the privacy notice. A higher one asks everybody to agree anew; rows keep what was agreed when."""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddWebAuthnForm",
    "login_webauthn": "accounts.forms.LoginWebAuthnForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_REQUIRED_FOR_STAFF = True
"""The team sees the admin only with a second factor; a password alone leads to where one is set up."""
SMS_PROVIDER = env("SMS_PROVIDER", default="accounts.sms.sandbox.SandboxSms")
IP_REGION_DATABASE = env("IP_REGION_DATABASE", default="")
"""Path of ip2region's data file (ip2region_v4.xdb), for provinces; without it only countries are told apart."""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
"""Reverse proxies in front that add to X-Forwarded-For. With 0 the header is not believed at all."""
AXES_CLIENT_IP_CALLABLE = "accounts.region.address_of"
AXES_ONLY_ADMIN_SITE = True
"""All doors count the tries a name has together (accounts.tries); the admin's counts by name and address too."""
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True

# --- Identity ------------------------------------------------------------------------------------

from config.settings import identity  # noqa: E402
from config.settings.identity import *  # noqa: E402, F403

CELERY_BEAT_SCHEDULE |= identity.BEAT
DATABASE_ROUTERS = ["accounts.custody.CustodyRouter"]
if env("IDENTITY_DATABASE_URL", default=""):
    # The same database under a role of its own, which alone may read the tables of custody.
    DATABASES["identity"] = {**DATABASES["default"], **env.db("IDENTITY_DATABASE_URL")}

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"
"""Never served as a folder: pictures go through core.views.pictures, which asks who may see them."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.staticfiles.HashedStaticFiles"},
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env("EXPORT_ROOT", default=str(VAR_DIR / "exports")),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
EXPORT_KEEP_DAYS = 7
"""How long somebody can fetch the file with all their data."""
CLOSING_DAYS = env.int("CLOSING_DAYS", default=14)
"""How long one can take back that one asked to close one's account."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
PICTURE_MAX_BYTES = 20 * 1024 * 1024
PICTURE_MAX_PIXELS = 40_000_000

# --- Pages ---------------------------------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Quanzi <no-reply@localhost>")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.BearerAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "core.api.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.negotiation.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "FactKind": "accounts.models.FactKind",
        "Audience": "accounts.models.Audience",
        "KindOfPost": "circles.api.kind_serializers.KINDS",
        "CreditKind": "accounts.models.CreditKind",
    },
    "TITLE": "Quanzi API",
    "DESCRIPTION": "Circles, posts and people of this community. Errors are RFC 9457 problems with a stable `code`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVERS": [{"url": "/"}],
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "persistAuthorization": False,
        "validatorUrl": None,
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "openplatform.schema.add_problems",
    ],
}

# --- The community -------------------------------------------------------------------------------

PHOTOS_PER_POST = 9
POST_MAX_LENGTH = 10_000
ARTICLE_MAX_LENGTH = 50_000
POSTER_FONT = env("POSTER_FONT", default="")
LINK_PREVIEWS = env.bool("LINK_PREVIEWS", default=True)
COMMENT_MAX_LENGTH = 2_000
DRAFT_KEEP_DAYS = 90
"""A draft nobody touched for so long is thrown away."""
CIRCLES_OWNED_MAX = 15
"""Circles one person runs at most; those they wait for count."""
CIRCLE_FOUNDING_REVIEW = env.bool("CIRCLE_FOUNDING_REVIEW", default=True)
"""Does an administrator decide before a circle is founded? Without it circles open at once."""
CIRCLE_OWNER_ABSENT_DAYS = env.int("CIRCLE_OWNER_ABSENT_DAYS", default=90)
"""An owner nobody saw for so long is given notice; see docs/circles.md."""
CIRCLE_NOTICE_DAYS = 14
CIRCLE_OFFER_DAYS = 7
CIRCLE_VOTE_DAYS = 7
FEED_PUSH_MAX_MEMBERS = env.int("FEED_PUSH_MAX_MEMBERS", default=10_000)
"""Circles and fan pages up to this size are pushed into timelines; larger ones are pulled while reading."""
FEED_RANGE_SIZE = 10_000
"""Members one range job writes for."""
FEED_ACTIVE_DAYS = env.int("FEED_ACTIVE_DAYS", default=30)
"""Whoever was not seen for so long is left out of fan-out; home is pulled when they come back. More than a week."""
FEED_KEEP_DAYS = env.int("FEED_KEEP_DAYS", default=30)
"""How far back timelines reach; older posts are pulled while reading. A longer time reaches back only as far as
partitions are left, so empty `feeds_feedentry` when raising it, or wait."""
FEED_PAGE_SIZE = 20
HOT_SECONDS = env.float("HOT_SECONDS", default=2.0)
"""How old names, pictures, badges and levels below a post may be that many people read at the same moment. 0: never."""

# --- Search ---------------------------------------------------------------------------------------

SEARCH_ENGINE = "search.postgres.engine.PostgresEngine"
"""What finds; another one is a class like this (search/engine.py)."""
SEARCHES_PER_MINUTE = env.int("SEARCHES_PER_MINUTE", default=60)
"""By one person, or by all visitors from one address. Suggestions are counted apart, up to four times as many."""

# --- Mail and pushes ------------------------------------------------------------------------------

from config.settings import outgoing  # noqa: E402
from config.settings.outgoing import *  # noqa: E402, F403

CELERY_BEAT_SCHEDULE |= outgoing.BEAT

# --- Admin ---------------------------------------------------------------------------------------

from config.settings import admin  # noqa: E402

UNFOLD = admin.UNFOLD

# --- Logs ----------------------------------------------------------------------------------------

from config.settings import logs  # noqa: E402

LOGGING = logs.configure(env("LOG_FORMAT", default="console"))
METRICS_TOKEN = env("METRICS_TOKEN", default="")
"""Who says it may read /metrics from elsewhere; without one only this machine may."""
