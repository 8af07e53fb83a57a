import { type BodyCapture, captureBody, type Hooks, type Kit, type RequestContext } from '@sluice/plugin-kit';
import type { KeptBodies } from './log-entry.ts';

/** Which bodies are logged, and how much of them. */
export interface BodyConfig {
  readonly include_req_body: boolean;
  readonly include_req_body_expr?: readonly unknown[] | undefined;
  readonly include_resp_body: boolean;
  readonly include_resp_body_expr?: readonly unknown[] | undefined;
  readonly max_req_body_bytes: number;
  readonly max_resp_body_bytes: number;
}

/** Keeps what is wanted of the bodies of a request. */
export interface BodyWatch {
  readonly hooks: Pick<Hooks, 'access' | 'responseBody'>;
  bodiesOf(ctx: RequestContext): KeptBodies;
}

/** Watches bodies as the configuration says; those of requests in any case where `needsRequest` says so. */
export function watchBodies(config: BodyConfig, kit: Pick<Kit, 'expression'>, needsRequest: boolean): BodyWatch {
  const request = Symbol('request body');
  const response = Symbol('response body');
  const watchesRequest = needsRequest ? always : watcher(config.include_req_body, config.include_req_body_expr, kit);
  const watchesResponse = watcher(config.include_resp_body, config.include_resp_body_expr, kit);
  const watch = (ctx: RequestContext, key: symbol, bytesMax: number): BodyCapture => {
    const capture = captureBody(bytesMax);
    ctx.state.set(key, capture);
    return capture;
  };
  return {
    hooks: {
      ...(watchesRequest && {
        access(ctx: RequestContext) {
          if (watchesRequest(ctx)) ctx.request.transformBody(watch(ctx, request, config.max_req_body_bytes));
          return undefined;
        },
      }),
      ...(watchesResponse && {
        responseBody: (ctx: RequestContext) =>
          watchesResponse(ctx) ? watch(ctx, response, config.max_resp_body_bytes) : undefined,
      }),
    },
    bodiesOf: ({ state }) => ({
      request: state.get(request) as BodyCapture | undefined,
      response: state.get(response) as BodyCapture | undefined,
    }),
  };
}

const always = (): boolean => true;

function watcher(isOn: boolean, rules: readonly unknown[] | undefined, { expression }: Pick<Kit, 'expression'>) {
  if (!isOn) return undefined;
  return rules === undefined ? always : expression(rules);
}
