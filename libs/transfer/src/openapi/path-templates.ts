import { compact } from '../convert/conversion.ts';
import type { JsonObject } from '@sluice/schema';

/**
 * How a route matches a path with parameters, whichever router a data plane runs: the text in front of the first parameter
 * leads to the route, and a condition says the rest. Of two that may both match, the one with more fixed parts wins.
 */
export function matchingOf(path: string): JsonObject {
  const at = path.indexOf('{');
  if (at < 0) return { uri: path };
  const pattern = path
    .split(/(\{[^{}]*\})/)
    .map((part) => (/^\{.*\}$/.test(part) ? '[^/]+' : escaped(part)))
    .join('');
  const fixed = path.split('/').filter((part) => part !== '' && !part.includes('{')).length;
  return compact({ uri: `${path.slice(0, at)}*`, vars: [['uri', '~~', `^${pattern}$`]], priority: fixed });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
