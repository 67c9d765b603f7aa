# The program alone on a slim Debian 12. docs/installation-docker.md says how to run it. scripts/container-check proves
# without a registry that these packages are enough and none is too many, and that the program runs so.

FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY scripts/setup scripts/
RUN scripts/setup
COPY . .
RUN strip -o /asterisk-connector "$(scripts/release)"

FROM debian:bookworm-slim
# What the binary is linked to, the authorities that the API's certificate is checked with, and the zones for PBX_TZ. What
# it loads only when DATABASE names a database: unixODBC's library and the drivers, which enter themselves in odbcinst.ini.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        ca-certificates \
        libcurl4 \
        libhiredis0.14 \
        libmicrohttpd12 \
        libodbc2 \
        libsqlite3-0 \
        libssl3 \
        libstdc++6 \
        libwslay1 \
        odbc-mariadb \
        odbc-postgresql \
        tzdata \
        zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -m 1777 /data
COPY --from=build /asterisk-connector /usr/local/bin/

LABEL org.opencontainers.image.title="asterisk-connector" \
    org.opencontainers.image.description="Streams call records of an Asterisk PBX over AMI to an HTTPS API, without losing any" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"

# Any user will do, also one without a name: a new volume takes over the mode of /data. Compose sets PUID and PGID.
USER 1000:1000
ENV SPOOL_DIR=/data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["asterisk-connector", "healthcheck"]
ENTRYPOINT ["asterisk-connector"]
CMD ["run"]
