import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(fromRoot(path), 'utf8');

/** The variables of both processes, as the generated reference tells them. */
const reference = read('docs/reference/configuration.md');
const variablesIn = (text: string) => new Set(text.match(/\bSLUICE_[A-Z0-9_]*[A-Z0-9]\b/g));
const known = {
  'control-plane': variablesIn(
    reference.slice(reference.indexOf('## Control plane'), reference.indexOf('## Dataplane')),
  ),
  dataplane: variablesIn(reference.slice(reference.indexOf('## Dataplane'))),
};
const both = new Set([...known['control-plane'], ...known.dataplane]);

test.each(['control-plane', 'dataplane'] as const)(
  'the environment file of the %s names only settings that it has',
  (name) => {
    const assigned = read(`deploy/env/${name}.env`).match(/^#?SLUICE_[A-Z_]+(?==)/gm) ?? [];
    const variables = assigned.map((line) => line.replace('#', ''));
    expect(variables.length).toBeGreaterThan(5);
    expect(variables.filter((variable) => !known[name].has(variable))).toEqual([]);
  },
);

test.each([
  'deploy/docker/control-plane.Dockerfile',
  'deploy/docker/dataplane.Dockerfile',
  'deploy/helm/sluice/templates/control-plane.yaml',
  'deploy/helm/sluice/templates/data-plane.yaml',
])('%s names only settings that there are', (path) => {
  expect([...variablesIn(read(path))].filter((variable) => !both.has(variable))).toEqual([]);
});

test('the compose file names only settings that there are, and addresses of its balancer', () => {
  const isOfBalancer = (variable: string) => /^SLUICE_(BALANCER|DATA_PLANE_\d)$/.test(variable);
  const variables = [...variablesIn(read('deploy/compose/compose.yaml'))];
  expect(variables.filter((variable) => !both.has(variable) && !isOfBalancer(variable))).toEqual([]);
});

test.each([
  ['haproxy.cfg', '127.0.0.1:9080'],
  ['haproxy-control-planes.cfg', '127.0.0.1'],
])('HAProxy accepts %s', async (name, server) => {
  const path = `deploy/${name}`;
  const addressOf = (variable: string) => (/_PLANE_\d$/.test(variable) ? server : '127.0.0.1:9081');
  const addresses = [...variablesIn(read(path))].map((variable) => [variable, addressOf(variable)]);
  const env = { ...process.env, ...Object.fromEntries(addresses) };
  await expect(run('/usr/sbin/haproxy', ['-c', '-f', fromRoot(path)], { env })).resolves.toBeDefined();
});
