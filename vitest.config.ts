import { defineConfig } from 'vitest/config';

const everywhere = ['apps/**', 'libs/**', 'bench/**'];

/** What is polled for may take its time on a busy machine: 10 s, as with `eventually`. */
const expect = { poll: { timeout: 10_000, interval: 20 } };

/** Three kinds of test, by file name: `*.test.ts` needs nothing, `*.int.test.ts` real servers, `*.e2e.test.ts` the built product. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: everywhere.map((folder) => `${folder}/*.test.{ts,tsx,mjs}`),
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.int.test.*', '**/*.e2e.test.*'],
          testTimeout: 20_000,
          expect,
        },
      },
      {
        test: {
          name: 'integration',
          include: everywhere.map((folder) => `${folder}/*.int.test.{ts,tsx,mjs}`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          expect,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: everywhere.map((folder) => `${folder}/*.e2e.test.{ts,tsx,mjs}`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 180_000,
          expect,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
