import { definePlugin, reply, type Reply, type RequestContext } from '@sluice/plugin-kit';
import { listedHeaders } from '../shared/listed-headers.ts';
import { clientOptions } from '../shared/service-client.ts';
import { type Decision, readDecision } from './decision.ts';
import { policyInput } from './policy-input.ts';
import { opaSchema } from './schema.ts';

const decisionBytesMax = 1024 * 1024;

/** Lets a policy decide about each request. */
export const opa = definePlugin(opaSchema, (config, kit) => {
  const { log } = kit;
  const client = kit.http(clientOptions(config));
  const address = `${config.host.replace(/\/+$/, '')}/v1/data/${config.policy.replace(/^\/+/, '')}`;
  const inputOf = policyInput(config, kit);
  const toUpstream = listedHeaders(config.send_headers_upstream ?? []);
  const unreachable = reply(403);
  const undecided = reply(503);

  /** What only the policy may say, the client must not. */
  function dropClaims({ request }: RequestContext): void {
    for (const [, name] of toUpstream) request.headers.remove(name);
  }

  async function ask(ctx: RequestContext): Promise<Reply | undefined> {
    const body = JSON.stringify({ input: inputOf(ctx) });
    const headers = { 'content-type': 'application/json' };
    let text: string;
    try {
      const answer = await client.request(address, { method: 'POST', headers, body, signal: ctx.signal });
      text = await answer.text(decisionBytesMax);
    } catch (error) {
      log.error('The policy agent gives no answer.', { request: ctx.id, error: String(error) });
      return unreachable;
    }
    const decision = decisionIn(text);
    if (decision === undefined) log.error('The policy agent has not decided.', { request: ctx.id, address });
    return decision ? carryOut(ctx, decision) : undecided;
  }

  function carryOut(ctx: RequestContext, { isAllowed, status, headers, reason }: Decision): Reply | undefined {
    if (!isAllowed) return reply(status, reason, headers);
    dropClaims(ctx);
    const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    for (const [name, field] of toUpstream) {
      const value = byName.get(field);
      if (value !== undefined) ctx.request.headers.set(name, value);
    }
    return undefined;
  }

  return {
    access(ctx) {
      if (!ctx.isRehearsal) return ask(ctx);
      dropClaims(ctx);
      return undefined;
    },
  };
});

function decisionIn(text: string): Decision | undefined {
  try {
    return readDecision(JSON.parse(text));
  } catch {
    // Not JSON: the log says that there was no decision.
    return undefined;
  }
}
