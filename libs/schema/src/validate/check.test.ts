import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { RouteSchema } from '../kinds/route.ts';
import { check, checkAll, issuesMax, parse, withDefaults } from './check.ts';
import { SchemaError } from './issue.ts';

const raw = (schema: object) => Type.Unsafe<Record<string, unknown>>(schema);
const upstream = { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } };

describe('check', () => {
  test('an issue deep inside names the whole way, the field, and the innermost reason', () => {
    const nodes = [{ host: '127.0.0.1', port: 70000, weight: 1 }];
    const timeout = { connect: 1, send: 0, read: 1 };
    expect(check(RouteSchema, { uri: '/', upstream: { nodes: { a: -1 } } })?.path).toBe('/upstream/nodes');
    expect(check(RouteSchema, { uri: '/', upstream: { nodes, timeout } })).toEqual({
      message:
        'property "upstream" validation failed: property "nodes" validation failed: object matches none of the required',
      path: '/upstream/nodes',
      reason: 'object matches none of the required',
    });
    expect(check(RouteSchema, { uri: '/', upstream: { ...upstream, timeout } })?.path).toBe('/upstream/timeout/send');
  });

  test('a missing property is reported at the place where it should be', () => {
    expect(check(raw({ required: ['a/b'] }), {})?.path).toBe('/a~1b');
  });

  test('a clause that does not match keeps its fixed message, but path and reason say what it missed', () => {
    const schema = raw({ if: { required: ['redis'] }, then: { required: ['redis_host'] } });
    expect(check(schema, { redis: true })).toEqual({
      message: 'then clause did not match',
      path: '/redis_host',
      reason: 'property "redis_host" is required',
    });
  });

  test('a condition sees defaults, and a default satisfies required', () => {
    const schema = raw({
      properties: { policy: { type: 'string', default: 'local' } },
      required: ['policy'],
      if: { properties: { policy: { const: 'redis' } } },
      then: { required: ['redis_host'] },
    });
    expect(check(schema, {})).toBeUndefined();
    expect(check(schema, { policy: 'redis' })?.message).toBe('then clause did not match');
  });

  test.each(['$secret://vault/1/key', '$env://KEY', '$ENV://KEY', '$Secret://a/b/c'])(
    '%s stands in for any string, but not for another type',
    (reference) => {
      const text = Type.Object({ a: Type.String({ maxLength: 3, pattern: '^x' }) });
      const untyped = raw({ properties: { a: { anyOf: [{ type: 'boolean' }, { type: 'null' }] } } });
      expect(check(text, { a: reference })).toBeUndefined();
      expect(check(untyped, { a: reference })).toBeUndefined();
      expect(check(Type.Object({ a: Type.Integer() }), { a: reference })?.reason).toContain('got string');
    },
  );

  test('names that every JavaScript object inherits are not properties of a value', () => {
    expect(check(raw({ required: ['constructor'] }), {})?.path).toBe('/constructor');
    const strict = raw({ additionalProperties: false, properties: {} });
    expect(check(strict, JSON.parse('{"__proto__": 1}'))?.path).toBe('/__proto__');
  });

  test('length counts characters, not code units', () => {
    expect(check(raw({ maxLength: 1 }), '😀')).toBeUndefined();
    expect(check(raw({ minLength: 2 }), '😀')?.reason).toBe('string too short, expected at least 2, got 1');
  });

  test('patterns written for PCRE mean the same here', () => {
    expect(check(raw({ pattern: '\\A[^\\x00-\\x1f]*\\z' }), 'a\nb')).toBeDefined();
    expect(check(raw({ pattern: '\\A[^\\x00-\\x1f]*\\z' }), 'ab')).toBeUndefined();
    expect(check(raw({ pattern: '^[\\p{L}][\\p{L}\\p{N}_.:/-]*(?<!:)$' }), 'étage:3')).toBeUndefined();
    expect(check(raw({ pattern: '^[\\p{L}][\\p{L}\\p{N}_.:/-]*(?<!:)$' }), 'a:')).toBeDefined();
  });
});

describe('checkAll', () => {
  test('every field of a form is marked at once', () => {
    const value = { uri: '', priority: 'high', upstream: { ...upstream, retries: -1 }, colour: 'red' };
    const paths = checkAll(RouteSchema, value).map((issue) => issue.path);
    expect(paths.toSorted()).toEqual(['/colour', '/priority', '/upstream/retries', '/uri']);
  });

  test('a hopeless value yields a bounded list', () => {
    const items = Array.from({ length: 500 }, () => 1);
    expect(checkAll(raw({ type: 'array', items: { type: 'string' } }), items)).toHaveLength(issuesMax);
  });

  test('a valid value yields none', () => {
    expect(checkAll(RouteSchema, { uri: '/', upstream })).toEqual([]);
  });
});

describe('withDefaults', () => {
  test('the input is untouched, and the copy shares nothing with it or with the schema', () => {
    const schema = Type.Object({ list: Type.Array(Type.Integer(), { default: [1] }), deep: Type.Unknown() });
    const input = Object.freeze({ deep: Object.freeze({ a: [1] }) });
    const filled = withDefaults(schema, input);
    filled.list.push(2);
    expect(filled).toEqual({ list: [1, 2], deep: { a: [1] } });
    expect(filled.deep).not.toBe(input.deep);
    expect(withDefaults(schema, input).list).toEqual([1]);
  });

  test('a nested default appears only where its object is', () => {
    const route = withDefaults(RouteSchema, { uri: '/', upstream: { ...upstream, keepalive_pool: { size: 5 } } });
    expect(route.upstream?.keepalive_pool).toEqual({ size: 5, idle_timeout: 60, requests: 1000 });
    expect(route.upstream?.checks).toBeUndefined();
    expect([route.priority, route.status, route.upstream?.scheme]).toEqual([0, 1, 'http']);
  });

  test('only the branch that applies leaves its defaults', () => {
    const branch = (policy: string, field: string) => ({
      properties: { policy: { const: policy }, [field]: { default: 1 } },
      required: ['policy'],
    });
    const one = raw({ oneOf: [branch('a', 'x'), branch('b', 'y')] });
    expect(withDefaults(one, { policy: 'b' })).toEqual({ policy: 'b', y: 1 });
    const conditional = raw({
      if: branch('a', 'w'),
      then: { properties: { x: { default: 1 } } },
      else: branch('b', 'y'),
    });
    expect(withDefaults(conditional, { policy: 'a' })).toEqual({ policy: 'a', w: 1, x: 1 });
    expect(withDefaults(conditional, { policy: 'b' })).toEqual({ policy: 'b', y: 1 });
  });

  test('items of a list get theirs, and an empty object in place of a list becomes one', () => {
    const nodes = [{ host: 'a', weight: 1 }];
    expect(withDefaults(RouteSchema, { uri: '/', upstream: { nodes } }).upstream?.nodes).toEqual([
      { host: 'a', weight: 1, priority: 0 },
    ]);
    expect(withDefaults(RouteSchema, { uri: '/', methods: {} }).methods).toEqual([]);
  });
});

describe('parse', () => {
  test('outside data that the schema refuses throws an error that carries the issue', () => {
    const attempt = () => parse(RouteSchema, { uri: '/', upstream, priority: 'high' });
    expect(attempt).toThrow(SchemaError);
    expect(attempt).toThrow('property "priority" validation failed: wrong type: expected integer, got string');
  });

  test('outside data that the schema accepts comes back typed and filled', () => {
    const route = parse(RouteSchema, { uri: '/', upstream });
    const priority: number = route.priority;
    expect(priority).toBe(0);
  });
});
