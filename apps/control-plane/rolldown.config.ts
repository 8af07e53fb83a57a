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
  input: here('src/main.ts'),
  platform: 'node',
  tsconfig: here('tsconfig.json'),
  // Packages from the registry stay outside. Those of this workspace exist only as source, and the compiler's helpers only
  // while building: both are bundled.
  external: (id) => /^[^./]/.test(id) && !/^@(sluice|oxc-project)\//.test(id),
  plugins: [copyProtocol],
  // What is imported on demand stays a file of its own, so that its packages are loaded on demand as well.
  output: { dir: here('dist'), entryFileNames: 'main.js', chunkFileNames: '[name].js', format: 'esm', sourcemap: true },
});
