import { type ManagedReference, isJsonObject } from '@sluice/schema';
import { secretErrors } from '../secrets.errors.ts';

/** How a Vault is reached: a `secret` resource whose manager is `vault`. */
export interface VaultConfig {
  /** Scheme, host and port. */
  readonly uri: string;
  /** Mount and path below which the secrets are: `kv/apisix`, or `kv/data/apisix` for version 2 of the engine. */
  readonly prefix: string;
  readonly token: string;
  readonly namespace?: string;
}

const timeoutMs = 5_000;
/** No secret is as large; whoever answers more is no Vault. */
const bytesMax = 1024 * 1024;

/** Reads one field of a secret from HashiCorp Vault's key/value engine, version 1 or 2, over its HTTP API. */
export async function readVault(config: VaultConfig, { resourceId, name, key }: ManagedReference): Promise<string> {
  const place = `$secret://${resourceId}/${name}/${key}`;
  const answer = await ask(config, name, place);
  if (answer.status === 404) throw secretErrors.SECRET_MISSING(`${place}: the vault has no such secret`);
  if (!answer.ok) throw secretErrors.SECRET_STORE_REFUSED(`${place}: the vault answered ${answer.status}`);
  const value = fieldOf(await bodyOf(answer, place), key);
  if (value === undefined) throw secretErrors.SECRET_MISSING(`${place}: the secret has no such key`);
  return value;
}

async function ask({ uri, prefix, token, namespace }: VaultConfig, name: string, place: string): Promise<Response> {
  const path = `${prefix}/${name}`.split('/').map(encodeURIComponent).join('/');
  const headers = { 'X-Vault-Token': token, ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }) };
  try {
    // A token must not follow wherever an answer points.
    return await fetch(`${uri.replace(/\/+$/, '')}/v1/${path}`, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.name === 'TimeoutError' ? `no answer in ${timeoutMs} ms` : 'no connection';
    throw secretErrors.SECRET_STORE_UNREACHABLE(`${place}: ${reason}`, cause);
  }
}

async function bodyOf(answer: Response, place: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > bytesMax) break;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    // Not `cause.message`: a parser quotes what it read.
    const reason = cause instanceof SyntaxError ? 'the vault answered no JSON' : 'the answer broke off';
    throw secretErrors.SECRET_STORE_UNREACHABLE(`${place}: ${reason}`);
  }
}

/** Version 2 wraps the fields once more, beside the metadata of the version. */
function fieldOf(body: unknown, key: string): string | undefined {
  const data = isJsonObject(body) ? body['data'] : undefined;
  if (!isJsonObject(data)) return undefined;
  const fields = isJsonObject(data['data']) && isJsonObject(data['metadata']) ? data['data'] : data;
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
