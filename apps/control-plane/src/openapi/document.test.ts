import 'reflect-metadata';
import { compileErrors, validate } from '@readme/openapi-parser';
import { describe, expect, test } from 'vitest';
import { AppModule, type Foundations } from '../app.module.ts';
import { describeApi } from './describe-api.ts';
import { API_PREFIX } from './document.ts';
import { controllersOf, endpointsOf } from './endpoints.ts';

const endpoints = endpointsOf(controllersOf(AppModule.of({} as Foundations)), API_PREFIX);
const document = describeApi();

test('the document is valid OpenAPI 3.1', async () => {
  const result = await validate(structuredClone(document) as never);
  expect(result.valid ? '' : compileErrors(result)).toBe('');
});

test('every operation has an id of its own', () => {
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation['operationId']),
  );
  expect(ids).toHaveLength(endpoints.length);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  '%s',
  (_name, { operation, rule, body, readsQuery }) => {
    test('says in one line what it does, and what it answers', () => {
      expect(operation?.summary ?? '').toMatch(/^[A-Z].{4,90}[^.]$/);
      expect(operation?.answers).toBeDefined();
    });

    test('says who may call it', () => {
      expect(rule?.type).toMatch(/^(role|public)$/);
    });

    test('describes each parameter of its query, and its body', () => {
      if (readsQuery) expect(Object.keys(operation?.query ?? {})).not.toEqual([]);
      for (const schema of Object.values(operation?.query ?? {})) {
        expect((schema as { readonly description?: string }).description ?? '').toMatch(/./);
      }
      if (body) expect(operation?.body?.schema ?? body.schema).toBeDefined();
    });
  },
);
