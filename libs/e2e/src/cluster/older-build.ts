import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const dataPlane = fileURLToPath(new URL('../../../../apps/dataplane', import.meta.url));

/** What an older data plane calls itself; one minor version below the product's. */
export const olderVersion = '0.0.9';

/** A plugin that came after that version. */
export const newerPlugin = 'limit-count';

/** The one line that lists the plugins of a build. */
const cataloguePattern = /(export const catalogue\b[^=]*=\s*)(\[[^\]]*\]);/;

/** Makes the sources what they were one minor version ago. */
const asOlder: Plugin = {
  name: 'as-older',
  load: (id) => (id === `${dataPlane}/src/version.ts` ? `export const version = '${olderVersion}';` : null),
  transform(code, id) {
    if (id !== `${dataPlane}/src/catalogue.ts`) return null;
    if (!cataloguePattern.test(code)) throw new Error(`${id} does not list its plugins in one line any more.`);
    return code.replace(cataloguePattern, `$1$2.filter(({ schema }) => schema.name !== '${newerPlugin}');`);
  },
};

/**
 * Builds the data plane as a release of one minor version before would be: it calls itself older, and does not have a
 * plugin that came later. Answers with the file that it is started from.
 */
export async function buildOlderDataPlane(): Promise<string> {
  // Below the application's own packages, which it finds from there, and where nobody commits it.
  const directory = `${dataPlane}/node_modules/.cache/older`;
  const bundle = await rolldown({
    input: { main: `${dataPlane}/src/main.ts`, worker: `${dataPlane}/src/workers/worker.ts` },
    platform: 'node',
    tsconfig: `${dataPlane}/tsconfig.json`,
    external: (id) => /^[^./]/.test(id) && !id.startsWith('@sluice/') && !id.startsWith('/'),
    plugins: [asOlder, copyOfProtocol],
  });
  await bundle.write({ dir: directory, entryFileNames: '[name].js', chunkFileNames: '[name].js', format: 'esm' });
  await bundle.close();
  return `${directory}/main.js`;
}

/** The gRPC library reads the protocol from a file beside the bundle. */
const copyOfProtocol: Plugin = {
  name: 'copy-sync-protocol',
  async generateBundle() {
    const protocol = fileURLToPath(new URL('../../../sync/src/grpc/sync.proto', import.meta.url));
    this.emitFile({ type: 'asset', fileName: 'sync.proto', source: await this.fs.readFile(protocol) });
  },
};
