import { expect, test, vi } from 'vitest';
import { startWorkers } from './fixtures/start-workers.ts';

const opened = {
  kind: 'route',
  id: 'open',
  value: { uri: '/apisix/prometheus/metrics', plugins: { 'public-api': {} } },
};
const counted = {
  kind: 'route',
  id: 'who',
  value: { uri: '/who', plugins: { crash: { how: 'who' }, prometheus: {} } },
};

const counts = (text: string) =>
  [...text.matchAll(/^apisix_http_status\{code="200",route="who",.*\} (\d+)$/gm)].map(([, count]) => Number(count));

test('a route shows what all workers have counted, whichever of them is asked', async () => {
  await using workers = await startWorkers(2);
  await workers.apply(opened, counted);
  const answers = await Promise.all(Array.from({ length: 40 }, () => workers.get('/who')));
  expect(new Set(answers.map((answer) => ('body' in answer ? answer.body : '')))).toEqual(new Set(['0', '1']));

  const shown = () => Promise.all(Array.from({ length: 10 }, () => workers.get('/apisix/prometheus/metrics')));
  await vi.waitFor(
    async () => {
      for (const answer of await shown()) expect('body' in answer && counts(answer.body)).toEqual([40]);
    },
    { timeout: 10_000 },
  );
});
