# Indelible as a service. Build it with `docker build -t indelible .`, run it with compose.yaml.

FROM node:22-slim AS console
WORKDIR /build/console
COPY console/package.json console/package-lock.json console/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY docs/reference/openapi.json /build/docs/reference/
COPY console ./
RUN npm run build


FROM python:3.13-slim AS package
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/indelible
ENV PATH=/opt/indelible/bin:$PATH
WORKDIR /build
# Dependencies first, by hash: they change less often than the code.
COPY requirements/run.txt requirements/
RUN pip install --require-hashes -r requirements/run.txt
COPY LICENSE README.md pyproject.toml ./
COPY src src
COPY --from=console /build/src/indelible/web/static src/indelible/web/static
RUN python -m hatchling build -t wheel && pip install --no-deps --no-index dist/*.whl


FROM python:3.13-slim
# A number of its own, so that a volume made today is still its own tomorrow.
RUN groupadd --gid 10001 indelible \
 && useradd --uid 10001 --gid indelible --no-create-home --home-dir /data \
      --shell /usr/sbin/nologin indelible \
 && install --directory --owner=indelible --group=indelible --mode=700 /data
COPY --from=package /opt/indelible /opt/indelible
ENV PATH=/opt/indelible/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    INDELIBLE_DATA=/data
USER 10001:10001
# The signing key; and the log, where no INDELIBLE_DATABASE_URL names a PostgreSQL.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["indelible", "serve", "--host", "0.0.0.0", "--port", "8080"]
