import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** All pages of a repository, relative to its root. */
export function pagesOf(root: string): string[] {
  const exclude = (name: string): boolean => /^(?:node_modules|dist|coverage|\..+)$/.test(name.split('/').at(-1) ?? '');
  return globSync('**/*.md', { cwd: root, exclude }).sort();
}

/** The relative links of a page that lead nowhere, as `page: link`. An anchor has to be a heading of the page that it is of. */
export function brokenLinks(root: string, page: string): string[] {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'));
  const links = [...text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !leadsSomewhere(root, page, link)).map((link) => `${page}: ${link}`);
}

function leadsSomewhere(root: string, page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path));
  if (!existsSync(target)) return false;
  return anchor === undefined || (statSync(target).isFile() && anchorsOf(readFileSync(target, 'utf8')).has(anchor));
}

/** The anchors of headings, as GitHub makes them: in lower case, hyphens for spaces, a number for one that comes again. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutBlocks(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

function anchorOf(heading: string): string {
  const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
  return shown
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, '');
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]+`/g, '');
}
