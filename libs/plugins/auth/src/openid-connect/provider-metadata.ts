import { isJsonObject } from '@sluice/schema';
import type { Clock } from '@sluice/plugin-kit';
import { KeptDocument } from './kept-document.ts';
import type { AskProvider } from './provider-access.ts';
import { ProviderError } from './provider-error.ts';

const ageMsMax = 3_600_000;

/** What a provider says of itself (OpenID Connect Discovery 1.0, section 3). */
export type Metadata = Readonly<Record<string, unknown>> & { readonly issuer: string };

/** The metadata of the provider at this address, read when it is first needed. */
export function providerMetadata(address: string, ask: AskProvider, clock: Clock): KeptDocument<Metadata> {
  return new KeptDocument({ ageMsMax, clock, read: async () => metadataOf(await readJson(address, ask)) });
}

/** The address of an endpoint; undefined where the provider has none. */
export function endpointOf(metadata: Metadata, name: string): string | undefined {
  const value = metadata[name];
  return typeof value === 'string' ? value : undefined;
}

/** Reads a JSON document of the provider. */
export async function readJson(address: string, ask: AskProvider): Promise<unknown> {
  if (!URL.canParse(address)) throw new ProviderError(`"${address}" is no URL`, false);
  const { status, text } = await ask(address, { headers: { accept: 'application/json' } });
  if (status !== 200) throw new ProviderError(`${address} answered ${status}`, false);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProviderError(`${address} answered with something that is not JSON`, false, error);
  }
}

function metadataOf(value: unknown): Metadata {
  if (!isJsonObject(value) || typeof value['issuer'] !== 'string') {
    throw new ProviderError('The metadata of the provider name no issuer.', false);
  }
  const broken = Object.entries(value).find(([name, address]) => isEndpoint(name) && !isHttpAddress(address));
  if (broken) throw new ProviderError(`The provider's ${broken[0]} is no http or https URL.`, false);
  return value as unknown as Metadata;
}

function isEndpoint(name: string): boolean {
  return name.endsWith('_endpoint') || name === 'jwks_uri';
}

function isHttpAddress(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
