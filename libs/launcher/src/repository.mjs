import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, apps/ and libs/. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** The built entry points; the launcher starts these and nothing else. */
export const buildOutputs = Object.freeze({
  controlPlane: 'apps/control-plane/dist/main.js',
  dataplane: 'apps/dataplane/dist/main.js',
  dashboard: 'apps/dashboard/dist/index.html',
});
