import { Inject, Injectable } from '@nestjs/common';
import type { JsonValue } from '@sluice/schema';
import {
  convertKong,
  convertOpenApi,
  type DocumentResource,
  isKong,
  openApiProblem,
  readDocument,
  readText,
  TextError,
} from '@sluice/transfer';
import { Catalogue } from '../../catalogue/catalogue.ts';
import { Refusal, type RefusalIssue } from '../../http/refusal.ts';
import type { Remark } from '../change-list.schema.ts';
import type { ImportSource } from '../import.schema.ts';
import { readAdminApi } from './admin-api-source.ts';
import { readEtcd } from './etcd-source.ts';

/** What a source says, in our own kinds. */
export interface SourceContent {
  readonly resources: readonly DocumentResource[];
  readonly report: readonly Remark[];
  readonly issues: readonly RefusalIssue[];
  /** What it was, for the message of the revision. */
  readonly title: string;
}

/** Reads configurations from elsewhere. */
@Injectable()
export class SourceReader {
  constructor(@Inject(Catalogue) private readonly catalogue: Catalogue) {}

  async read(source: ImportSource): Promise<SourceContent> {
    switch (source.type) {
      case 'document':
        return fromDocument(textOf(source));
      case 'kong':
        return this.#fromKong(textOf(source));
      case 'openapi':
        return this.#fromOpenApi(source);
      case 'apisix': {
        const url = needed(source.url, 'url', source);
        return { ...(await readAdminApi(url, source.key)), issues: [], title: `APISIX at ${hostOf(url)}` };
      }
      case 'etcd': {
        const read = await readEtcd(source, needed(source.endpoints, 'endpoints', source), this.catalogue.lookup);
        return { ...read, issues: [], title: `etcd at ${source.prefix ?? '/apisix'}` };
      }
    }
  }

  #fromKong(document: JsonValue): SourceContent {
    if (!isKong(document)) throw unreadable('it has no _format_version, as declarative configurations of Kong do');
    return { ...convertKong(document, this.#hasPlugin), issues: [], title: 'Kong' };
  }

  #fromOpenApi(source: ImportSource): SourceContent {
    const document = textOf(source);
    const problem = openApiProblem(document);
    if (problem !== undefined) throw unreadable(problem);
    const { server, prefix, hosts, upstream_id: upstreamId, service_id: serviceId } = source;
    if (prefix !== undefined && !/^\/.*[^/]$/.test(prefix)) {
      throw new Refusal('INVALID', 'A prefix begins with a slash and ends without one.', { field: '/source/prefix' });
    }
    const options = { server, prefix, hosts, upstreamId, serviceId, validatesRequests: source.validate_requests };
    return { ...convertOpenApi(document, options, this.#hasPlugin), issues: [], title: 'an OpenAPI document' };
  }

  readonly #hasPlugin = (name: string): boolean => this.catalogue.lookup(name) !== undefined;
}

function fromDocument(document: JsonValue): SourceContent {
  const { resources, problems, group } = readDocument(document);
  return {
    resources,
    issues: problems,
    report: [],
    title: group === undefined ? 'a document' : `an export of ${group}`,
  };
}

function textOf(source: ImportSource): JsonValue {
  try {
    return readText(needed(source.text, 'text', source));
  } catch (error) {
    if (error instanceof TextError) throw unreadable(error.message);
    throw error;
  }
}

function unreadable(reason: string): Refusal {
  return new Refusal('INVALID', `The source cannot be read: ${reason}.`, { field: '/source/text' });
}

function needed<T>(value: T | undefined, field: string, { type }: ImportSource): T {
  if (value !== undefined) return value;
  throw new Refusal('INVALID', `A source of type ${type} needs ${field}.`, { field: `/source/${field}` });
}

/** Host and port of an address, without what may be secret about it. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address';
}
