import type { ImportSource } from '../../api/transfer-types.ts';

/** Where an import comes from. */
export type SourceType = ImportSource['type'];

/** An import while somebody describes it. Fields of other sources are kept, so that a change of mind loses nothing. */
export interface ImportDraft {
  readonly type: SourceType;
  readonly text: string;
  readonly url: string;
  readonly key: string;
  readonly endpoints: string;
  readonly prefix: string;
  readonly user: string;
  readonly password: string;
  readonly server: string;
  readonly pathPrefix: string;
  readonly hosts: string;
  readonly validatesRequests: boolean;
  readonly prunes: boolean;
  readonly skipsInvalid: boolean;
}

/** Nothing described yet. */
export const emptyImport: ImportDraft = {
  type: 'document',
  text: '',
  url: 'http://127.0.0.1:9180/apisix/admin',
  key: '',
  endpoints: 'http://127.0.0.1:2379',
  prefix: '/apisix',
  user: '',
  password: '',
  server: '',
  pathPrefix: '',
  hosts: '',
  validatesRequests: false,
  prunes: false,
  skipsInvalid: false,
};

/** Whether a source is a text that somebody brings, rather than something that the control plane fetches. */
export function isText(type: SourceType): boolean {
  return type === 'document' || type === 'kong' || type === 'openapi';
}

/** The source that a draft means. */
export function sourceOf(draft: ImportDraft): ImportSource {
  switch (draft.type) {
    case 'document':
    case 'kong':
      return { type: draft.type, text: draft.text };
    case 'apisix':
      return { type: 'apisix', url: draft.url.trim(), key: draft.key };
    case 'etcd':
      return {
        type: 'etcd',
        endpoints: words(draft.endpoints),
        ...given('prefix', draft.prefix),
        ...given('user', draft.user),
        ...given('password', draft.password),
      };
    case 'openapi':
      return {
        type: 'openapi',
        text: draft.text,
        ...given('server', draft.server),
        ...given('prefix', draft.pathPrefix),
        ...(words(draft.hosts).length > 0 ? { hosts: words(draft.hosts) } : {}),
        validate_requests: draft.validatesRequests,
      };
  }
}

/** Why a draft says too little to be tried; undefined where it says enough. */
export function whatIsMissing(draft: ImportDraft): string | undefined {
  if (isText(draft.type)) return draft.text.trim() === '' ? 'Choose a file or paste a text first.' : undefined;
  if (draft.type === 'apisix' && (draft.url.trim() === '' || draft.key === '')) return 'It takes an address and a key.';
  return draft.type === 'etcd' && words(draft.endpoints).length === 0 ? 'It takes an endpoint.' : undefined;
}

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');

function given<K extends string>(key: K, text: string): { readonly [P in K]?: string } {
  return (text.trim() === '' ? {} : { [key]: text.trim() }) as { readonly [P in K]?: string };
}
