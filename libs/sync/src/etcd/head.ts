import { canonicalJson } from '@sluice/schema';

/** What `<prefix>/sluice/head` says: the revision that the keys stand for, once this key has moved. */
export interface Head {
  readonly revision: number;
  /** 64 hexadecimal digits. */
  readonly digest: string;
  readonly count: number;
  /** Grows with every change of leader and every repair. */
  readonly epoch: number;
}

/** What `<prefix>/sluice/staging` says: who may write, and what of a revision in several parts has been written. */
export interface Staging {
  readonly epoch: number;
  /** Tells publishers apart that reach for the same epoch. */
  readonly owner: string;
  readonly revision: number;
  /** The part that was written last; 0 where nothing is under way. */
  readonly part: number;
}

export function encodeHead({ revision, digest, count, epoch }: Head): string {
  return canonicalJson({ revision, digest, count, epoch });
}

export function encodeStaging({ epoch, owner, revision, part }: Staging): string {
  return canonicalJson({ epoch, owner, revision, part });
}

/** The head, or undefined where the value is not one that we can have written. */
export function parseHead(value: Uint8Array): Head | undefined {
  const { revision, digest, count, epoch } = parseObject(value);
  if (!isCount(revision) || !isCount(count) || !isCount(epoch)) return undefined;
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return undefined;
  return { revision, digest, count, epoch };
}

/** The staging mark, or undefined where the value is not one that we can have written. */
export function parseStaging(value: Uint8Array): Staging | undefined {
  const { epoch, owner, revision, part } = parseObject(value);
  if (!isCount(epoch) || !isCount(revision) || !isCount(part) || typeof owner !== 'string') return undefined;
  return { epoch, owner, revision, part };
}

function parseObject(value: Uint8Array): Partial<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(value).toString())) as Partial<Record<string, unknown>>;
  } catch {
    // Not JSON: somebody else wrote it, and it says nothing to us.
    return {};
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
