import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'rolldown';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The gRPC library reads the protocol from a file beside the bundle. */
const copyProtocol: Plugin = {
  name: 'copy-sync-protocol',
  writeBundle: () => copyFileSync(here('../../libs/sync/src/grpc/sync.proto'), here('dist/sync.proto')),
};

export default defineConfig({
  input: { main: here('src/main.ts'), worker: here('src/workers/worker.ts') },
  platform: 'node',
  tsconfig: here('tsconfig.json'),
  // Packages from the registry stay outside; the packages of this workspace exist only as source and are bundled. So is
  // TypeBox: hundreds of small files that every thread would look for, and parse, when it starts.
  external: (id) => /^[^./]/.test(id) && !/^(?:@sluice\/|typebox(?:\/|$))/.test(id),
  plugins: [copyProtocol],
  // What is imported on demand stays a file of its own, so that its packages are loaded on demand as well.
  output: {
    dir: here('dist'),
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    format: 'esm',
    sourcemap: true,
  },
});
