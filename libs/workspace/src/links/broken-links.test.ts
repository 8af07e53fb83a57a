import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brokenLinks, pagesOf } from './broken-links.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-links-'));
  mkdirSync(join(root, 'docs/node_modules'), { recursive: true });
  writeFileSync(join(root, 'docs/node_modules/theirs.md'), '[gone](gone.md)');
  writeFileSync(
    join(root, 'docs/other.md'),
    '# The other: `a_b`, [c](c.md)\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n',
  );
});

afterEach(() => rmSync(root, { recursive: true }));

test.each([
  'other.md/',
  'gone.md',
  '../docs/gone.md',
  '#nothing',
  'other.md#nothing',
  'other.md#no-heading',
  'other.md#twice-2',
  '../docs#other',
])('a link to %s leads nowhere', (link) => {
  writeFileSync(join(root, 'docs/page.md'), `# Page\n\n[it](${link})\n`);
  expect(brokenLinks(root, 'docs/page.md')).toEqual([`docs/page.md: ${link}`]);
});

test.each(['other.md', '../docs', '#page', 'other.md#twice-1', 'other.md#the-other-a_b-c', 'https://example.com/#x'])(
  'a link to %s leads somewhere',
  (link) => {
    writeFileSync(join(root, 'docs/page.md'), `# Page\n\n[it](${link})\n`);
    expect(brokenLinks(root, 'docs/page.md')).toEqual([]);
  },
);

test('what looks like a link inside code is none', () => {
  writeFileSync(join(root, 'docs/page.md'), '`[it](gone.md)`\n\n```md\n[it](gone.md)\n```\n');
  expect(brokenLinks(root, 'docs/page.md')).toEqual([]);
});

test('pages of packages are not ours', () => {
  expect(pagesOf(root)).toEqual(['docs/other.md']);
});

test('every relative link and anchor of every page of the repository leads somewhere', () => {
  const repository = resolve(import.meta.dirname, '../../../..');
  const pages = pagesOf(repository);
  expect(pages).toContain('docs/reference/plugins/prometheus.md');
  expect(pages.flatMap((page) => brokenLinks(repository, page))).toEqual([]);
});
