import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGateway, startUpstream, testAuthority } from '@sluice/testing';
import { expect, test } from 'vitest';

const tool = '/usr/bin/testssl';
const run = promisify(execFile);

/** What is said of the certificate of this test, which nobody issued, and of what the tool could not try. */
const ofTheTest = /^(?:cert|trust|chain|OCSP|DNS_CAA|overall_grade|grade_cap|final_score|scan)/i;
const harmless: ReadonlySet<string> = new Set(['OK', 'INFO', 'LOW', 'WARN', 'DEBUG']);

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

test('testssl.sh finds nothing above LOW in what is set by default', { timeout: 600_000 }, async () => {
  // What a site says in its own answers is looked at as well.
  const headers = {
    'strict-transport-security': 'max-age=63072000',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'self'",
  };
  await using upstream = await startUpstream((_req, res) => res.writeHead(200, headers).end('fine'));
  const { cert, key } = testAuthority().issue({ names: ['localhost'], isRsa: true, days: 90 });
  const nodes = { type: 'roundrobin', nodes: { [upstream.node]: 1 } };
  await using gateway = await startGateway(
    [],
    [
      { kind: 'route', id: '1', value: { uri: '/*', upstream: nodes } },
      { kind: 'ssl', id: '1', value: { sni: 'localhost', cert, key } },
    ],
  );
  const { port } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, protocol: 'https' });
  const dir = await mkdtemp(join(tmpdir(), 'sluice-tls-scan-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(dir, { recursive: true, force: true }));
  const report = join(dir, 'report.json');

  const args = ['--quiet', '--color', '0', '--ip', '127.0.0.1', '--jsonfile', report, `localhost:${port}`];
  // Its exit status counts findings, those of the certificate among them.
  await run(tool, args, { maxBuffer: 2 ** 26 }).catch((error: unknown) => error);

  const findings = JSON.parse(await readFile(report, 'utf8')) as Finding[];
  expect(findings.length).toBeGreaterThan(100);
  expect(findings.filter(({ id, severity }) => !harmless.has(severity) && !ofTheTest.test(id))).toEqual([]);
});
