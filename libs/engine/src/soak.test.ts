import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type SeededRandom, seededRandom, startGateway, startUpstream, type TestGateway } from '@sluice/testing';
import { expect, test } from 'vitest';

const requestCount = 4000;

/** Answers with the id of the request, in one of the ways in which upstreams answer, or dies trying. */
function unreliable(random: SeededRandom) {
  return (req: IncomingMessage, res: ServerResponse): unknown => {
    const id = String(req.headers['x-id']);
    const mood = random.below(40);
    res.setHeader('X-Id', id);
    if (mood === 0) return req.socket.destroy();
    if (mood === 1) return res.write('half', () => req.socket.destroy());
    if (mood < 6) res.write(Buffer.alloc(150_000));
    return req.method === 'POST' ? req.resume().on('end', () => res.end(id)) : res.end(id);
  };
}

type Outcome = 'right' | 'mixed up' | 'failed';

function send(gateway: TestGateway, agent: Agent, random: SeededRandom, id: string): Promise<Outcome> {
  const method = random.oneIn(5) ? 'POST' : 'GET';
  const isAborted = random.oneIn(20);
  return new Promise((resolve) => {
    const options = { port: gateway.port, host: '127.0.0.1', agent, method, headers: { 'x-id': id } };
    const req = request(options, (res) => {
      let end = '';
      res.on('data', (chunk: Buffer) => (end = (end + chunk.toString('latin1')).slice(-id.length)));
      res.on('error', () => resolve('failed'));
      res.on('end', () => {
        if (isAborted || res.statusCode !== 200) resolve('failed');
        else resolve(res.headers['x-id'] === id && end.endsWith(id) ? 'right' : 'mixed up');
      });
      if (isAborted) req.destroy();
    });
    req.on('error', () => resolve('failed'));
    req.on('close', () => resolve('failed'));
    req.end(method === 'POST' ? Buffer.alloc(random.below(100_000)) : undefined);
  });
}

test('aborts, dying upstreams and constant changes mix up no answer and leave nothing behind', async () => {
  const random = seededRandom(1);
  await using one = await startUpstream(unreliable(random));
  await using two = await startUpstream(unreliable(random));
  const nodes = (weight: number) => ({
    upstream: { type: 'roundrobin', nodes: { [one.node]: weight, [two.node]: 1 } },
  });
  await using gateway = await startGateway(
    [],
    [
      { kind: 'service', id: 's', value: nodes(1) },
      { kind: 'route', id: '1', value: { uri: '/*', service_id: 's' } },
    ],
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const counts: Record<Outcome, number> = { right: 0, 'mixed up': 0, failed: 0 };
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < requestCount) {
      sent += 1;
      const outcome = await send(gateway, agent, random, `id-${sent}`);
      counts[outcome] += 1;
      if (sent % 50 === 0) gateway.apply({ kind: 'service', id: 's', value: nodes(1 + (sent % 3)) });
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  agent.destroy();

  expect(counts['mixed up']).toBe(0);
  expect(counts.right).toBeGreaterThan(requestCount * 0.8);
  expect(gateway.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  await expect.poll(() => gateway.engine.openRequests).toBe(0);
});
