# A data plane. Build from the root of the repository:
#   docker build -f deploy/docker/dataplane.Dockerfile -t sluice/dataplane .
# Not run where it was written: there is no container runtime there. Each command in it was.

FROM node:26-bookworm-slim AS build
WORKDIR /opt/sluice
COPY . .
# Not `npm ci`: it refuses a lock file without the binaries of foreign platforms.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund && npx nx run @sluice/dataplane:build

FROM node:26-bookworm-slim AS packages
WORKDIR /opt/sluice
COPY --from=build /opt/sluice/package.json /opt/sluice/package-lock.json ./
COPY --from=build /opt/sluice/apps/dataplane/package.json apps/dataplane/
COPY --from=build /opt/sluice/libs libs
RUN npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund --workspace @sluice/dataplane

FROM node:26-bookworm-slim
ENV NODE_ENV=production \
    SLUICE_HOST=0.0.0.0 \
    SLUICE_DATA_DIR=/var/lib/sluice
WORKDIR /opt/sluice
COPY --from=packages /opt/sluice/node_modules node_modules
COPY --from=build /opt/sluice/apps/dataplane/dist apps/dataplane/dist
RUN install -d -o node -g node -m 0700 /var/lib/sluice
USER node
# Keeps the last known good configuration: with it a data plane starts while everything else is down.
VOLUME /var/lib/sluice
EXPOSE 9080
HEALTHCHECK --interval=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:9090/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Longer than SLUICE_DRAIN_SECONDS: requests in flight are finished first.
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "apps/dataplane/dist/main.js"]
