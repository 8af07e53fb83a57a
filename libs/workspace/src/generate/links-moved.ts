import { posix } from 'node:path';

const PLUGIN_README = /^libs\/plugins\/[^/]+\/src\/([^/]+)(?:\/README\.md)?$/;

/**
 * A text whose relative links held in the folder `from`, for the folder `to`; both relative to the root. What led to the
 * README of a plugin leads to the page of that plugin, where its fields are listed besides.
 */
export function linksMoved(text: string, from: string, to: string): string {
  return text.replaceAll(/\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_link, path: string, anchor = '') => {
    const target = posix.join(from, path);
    const plugin = PLUGIN_README.exec(target)?.[1];
    return `](${posix.relative(to, plugin === undefined ? target : `docs/reference/plugins/${plugin}.md`)}${anchor})`;
  });
}
