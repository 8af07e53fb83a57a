import type { Type } from '@nestjs/common';
import { version } from '../system/version.ts';
import { Components, type PlainSchema } from './components.ts';
import { endpointsOf } from './endpoints.ts';
import { errorSchema, securitySchemes } from './document-parts.ts';
import { operationOf } from './operation.ts';

/** Where the API that the document describes begins. */
export const API_PREFIX = '/api/v1';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: PlainSchema;
  readonly servers: readonly PlainSchema[];
  readonly tags: readonly { readonly name: string }[];
  /** Path below the server, then method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, PlainSchema>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, PlainSchema>>;
    readonly securitySchemes: PlainSchema;
  };
}

const description = `Everything that the dashboard does, for programs as well. Names are snake_case, times are RFC 3339 in UTC.
An error carries a stable code, and the id of the request that the log names too.`;

/** Describes `/api/v1` as the decorators of its controllers do. */
export function openApiDocument(controllers: readonly Type[]): OpenApiDocument {
  const components = new Components();
  components.show(errorSchema);
  const paths: Record<string, Record<string, PlainSchema>> = {};
  const tags = new Set<string>();
  for (const endpoint of endpointsOf(controllers, API_PREFIX)) {
    const path = endpoint.path.slice(API_PREFIX.length).replaceAll(/:(\w+)/g, '{$1}') || '/';
    const operation = operationOf(endpoint, components);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation };
    for (const tag of operation['tags'] as string[]) tags.add(tag);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice control plane',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API_PREFIX, description: 'The control plane that serves this document.' }],
    tags: [...tags].sort().map((name) => ({ name })),
    paths,
    components: { schemas: components.schemas(), securitySchemes },
  };
}
