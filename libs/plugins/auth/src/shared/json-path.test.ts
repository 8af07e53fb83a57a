import { expect, test } from 'vitest';
import { compileJsonPath } from './json-path.schema.ts';

const user = { groups: ['a', 'b'], team: { name: 'x', 'sub team': 'y' }, roles: [{ name: 'r' }, { name: 's' }] };

test.each([
  ['groups', [['a', 'b']]],
  ['$.groups', [['a', 'b']]],
  ['$.groups[1]', ['b']],
  ['groups[9]', []],
  ['$.groups[*]', ['a', 'b']],
  ['team.name', ['x']],
  ["$.team['sub team']", ['y']],
  ['$["team"]["name"]', ['x']],
  ['$.team.*', ['x', 'y']],
  ['$.roles[*].name', ['r', 's']],
  ['$..name', ['x', 'r', 's']],
  ['absent.name', []],
  ['groups.constructor', []],
])('%s finds %j', (path, found) => {
  expect(compileJsonPath(path)?.(user)).toEqual(found);
});

test.each(['$.', '$.groups[', '$.a[?(@.b)]', '$.a[1:2]', 'a b', '$a', '..'])('%s is no path', (path) => {
  expect(compileJsonPath(path)).toBeUndefined();
});
