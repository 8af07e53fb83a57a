# The control plane with its dashboard. Build from the root of the repository:
#   docker build -f deploy/docker/control-plane.Dockerfile -t sluice/control-plane .
# Not run where it was written: there is no container runtime there. Each command in it was.

FROM node:26-bookworm-slim AS build
WORKDIR /opt/sluice
COPY . .
# Not `npm ci`: it refuses a lock file without the binaries of foreign platforms.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund && npm run build

FROM node:26-bookworm-slim AS packages
WORKDIR /opt/sluice
COPY --from=build /opt/sluice/package.json /opt/sluice/package-lock.json ./
COPY --from=build /opt/sluice/apps/control-plane/package.json apps/control-plane/
COPY --from=build /opt/sluice/libs libs
RUN npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund --workspace @sluice/control-plane

FROM node:26-bookworm-slim
ENV NODE_ENV=production \
    SLUICE_HOST=0.0.0.0 \
    SLUICE_GRPC_TLS=auto \
    SLUICE_DATA_DIR=/var/lib/sluice
WORKDIR /opt/sluice
COPY --from=packages /opt/sluice/node_modules node_modules
COPY --from=build /opt/sluice/apps/control-plane/dist apps/control-plane/dist
COPY --from=build /opt/sluice/apps/dashboard/dist apps/dashboard/dist
RUN install -d -o node -g node -m 0700 /var/lib/sluice
USER node
VOLUME /var/lib/sluice
EXPOSE 9180 9190
HEALTHCHECK --interval=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:9180/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/control-plane/dist/main.js"]
