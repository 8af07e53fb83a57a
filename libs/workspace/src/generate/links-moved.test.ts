import { expect, test } from 'vitest';
import { linksMoved } from './links-moved.ts';

test.each([
  ['[it](../limit-req)', '[it](limit-req.md)'],
  ['[it](../limit-req/README.md#bursts)', '[it](limit-req.md#bursts)'],
  ['[it](../../../telemetry/src/prometheus)', '[it](prometheus.md)'],
  ['[it](../../../../../docs/guides/tls.md)', '[it](../../guides/tls.md)'],
  ['[it](#here), [it](https://example.com/../a)', '[it](#here), [it](https://example.com/../a)'],
])('in the README of a plugin %s is %s on its page', (text, moved) => {
  expect(linksMoved(text, 'libs/plugins/traffic/src/limit-count', 'docs/reference/plugins')).toBe(moved);
});
