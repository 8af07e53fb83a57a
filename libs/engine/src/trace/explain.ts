import type { Answer } from '@sluice/plugin-kit';
import type { Explanation, ExplainRequest } from '@sluice/schema';
import { dispatch } from '../calls/sub-request.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from '../http/gateway.ts';
import { hostFor } from '../upstream/request-head.ts';
import { losingRoutes } from './losing-routes.ts';
import { maskedFields, maskedTarget } from './masking.ts';
import { RequestTrace } from './request-trace.ts';

const bodyShownMax = 64 * 1024;
/** An answer that goes on and on has been explained long before. */
const bodyReadMax = 1024 * 1024;
const answerWithinMs = 30_000;
const noLosers = { listed: [], count: 0 };

/** Sends a request through the gateway, watches it, and says what became of it. */
export async function explain(gateway: Gateway, request: ExplainRequest): Promise<Explanation> {
  const trace = new RequestTrace(!request.send);
  const { target, host, isEncrypted } = addressOf(request);
  const headers = { ...withoutHost(request.headers), host };
  const origin = originOf(request, isEncrypted, trace);
  const asked = { method: request.method, target, headers, body: request.body ?? null, timeoutMs: answerWithinMs };
  const answer = await dispatch(gateway, origin, asked, AbortSignal.timeout(answerWithinMs));
  const shown = await shownBody(answer);
  const { exchange } = trace;
  // A request that is refused before it becomes an exchange has none to wait for.
  if (exchange !== null) await trace.over;
  const losers = exchange === null ? noLosers : await losingRoutes(exchange);
  return {
    request: {
      id: exchange?.id ?? null,
      method: request.method,
      url: maskedTarget(request.url),
      host,
      client_ip: request.client_ip,
      headers: maskedFields(linesOf(headers)),
    },
    is_sent: trace.tries.length > 0,
    route: exchange && routeOf(exchange),
    losers: losers.listed,
    loser_count: losers.count,
    consumer: exchange && consumerOf(exchange),
    plugins: trace.steps.map((step) => ({ ...step, ms: rounded(step.ms) })),
    upstream: upstreamFacts(trace),
    answer: {
      status: answer.status,
      origin: exchange && exchange.response.origin,
      headers: maskedFields(answer.headers.entries()),
      ...shown,
    },
    times: timesOf(exchange),
  };
}

function originOf({ client_ip: remoteAddress }: ExplainRequest, isEncrypted: boolean, trace: RequestTrace) {
  const localPort = isEncrypted ? 443 : 80;
  return { remoteAddress, remotePort: 0, localAddress: '127.0.0.1', localPort, isEncrypted, depth: 0, trace };
}

function addressOf({ url, headers }: ExplainRequest): { target: string; host: string; isEncrypted: boolean } {
  const [, scheme, authority, rest] = /^(https?):\/\/([^/?]+)(.*)$/.exec(url) ?? [];
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
  const host = authority ?? [named ?? 'localhost'].flat()[0] ?? 'localhost';
  const target = authority === undefined ? url : rest === undefined || !rest.startsWith('/') ? `/${rest ?? ''}` : rest;
  return { target, host, isEncrypted: scheme === 'https' };
}

function withoutHost(headers: ExplainRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));
}

function linesOf(headers: Readonly<Record<string, string | readonly string[]>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line): [string, string] => [name, line]),
  );
}

/** The beginning of the body, where it is text. */
async function shownBody(answer: Answer): Promise<{ body: string | null; body_bytes: number }> {
  const kept: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      if (size < bodyShownMax) kept.push(chunk.subarray(0, bodyShownMax - size));
      size += chunk.length;
      if (size > bodyReadMax) break;
    }
  } catch {
    // It broke off: what came is shown, and the tries say why.
  }
  const text = Buffer.concat(kept).toString();
  return { body: text.includes('\0') || text.includes('\ufffd') ? null : text, body_bytes: size };
}

function routeOf({ route, candidate, bound }: Exchange): Explanation['route'] {
  if (route === undefined || candidate === null || bound === null) return null;
  return {
    id: route.id,
    name: route.name ?? null,
    uri: route.uri,
    host: route.host ?? null,
    priority: candidate.rule.priority,
    revision: bound.parts.route.modifiedRevision,
    service_id: route.service?.id ?? null,
  };
}

function consumerOf({ consumer }: Exchange): Explanation['consumer'] {
  if (consumer === undefined) return null;
  const { username, groupId = null, credentialId = null } = consumer;
  return { username, group_id: groupId, credential_id: credentialId };
}

function timesOf(exchange: Exchange | null): Explanation['times'] {
  if (exchange === null) return { total_ms: -1, upstream_ms: -1, upstream_header_ms: -1 };
  const { times, call } = exchange;
  return {
    total_ms: rounded(times.totalMs),
    upstream_ms: rounded(times.upstreamMs),
    upstream_header_ms: rounded(call?.headerMs ?? -1),
  };
}

function upstreamFacts({ exchange, target, tries, wouldAsk }: RequestTrace): Explanation['upstream'] {
  if (exchange === null || target === null) return null;
  const { runtime } = target;
  const node = exchange.call?.node ?? wouldAsk;
  const { method, path, query } = exchange.request;
  return {
    algorithm: runtime.algorithm,
    nodes: runtime.nodes.map(({ name, weight, priority }) => ({ name, weight, priority })),
    picked: node?.name ?? null,
    why: whyPicked(runtime.algorithm, runtime.nodes.length, tries.length),
    tries: tries.map((one) => ({ ...one, ms: rounded(one.ms) })),
    request: {
      method,
      target: maskedTarget(query === '' ? path : `${path}?${query}`),
      host: node ? hostFor(exchange, runtime, node) : null,
    },
  };
}

function whyPicked(algorithm: string, nodeCount: number, tryCount: number): string {
  if (nodeCount === 1) return 'it is the only node';
  const before = tryCount > 1 ? `, after ${tryCount - 1} that failed` : '';
  return `${algorithm} among ${nodeCount} nodes${before}`;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
