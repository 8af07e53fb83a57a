import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readWorkspace, tagOf } from '../projects/read-workspace.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));

test('the page of the house style names exactly the projects of each type', () => {
  const page = readFileSync(join(workspace.root, 'docs/contributing/house-style.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\|[^|]+\| ([^|:]+)[^|]*\|$/gm)];
  const named = Object.fromEntries(rows.map(([, type = '', projects = '']) => [type, projects.trim().split(', ')]));
  const types = Object.groupBy(workspace.projects, (project) => tagOf(project, 'type') ?? '');
  for (const [type, projects = []] of Object.entries(types)) {
    const names = projects.map(({ folder }) => basename(folder)).sort();
    expect(named[type]?.sort(), type).toEqual(type === 'plugin' ? ['plugins/\\*'] : names);
  }
});
