export { nodeBinary } from './node-binary.mjs';
export { freePort } from './ports/listen-probe.mjs';
export { startEmbeddedPostgres } from './postgres/embedded-postgres.mjs';
