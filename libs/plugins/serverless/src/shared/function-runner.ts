import { FunctionError, SandboxedFunction } from '@sluice/functions';
import { type Log, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import { applyToRequest, applyToResponse, bodyOutcome, UnknownOutcome } from './outcome.ts';

/** Bounds of a call, and of what a function keeps. */
const limits = { timeoutMs: 50, memoryMiB: 16 };
const broken = reply(500);

/** The functions of one configuration, each in an interpreter of its own. */
export class FunctionRunner {
  readonly #functions: readonly SandboxedFunction[];
  readonly #conf: { readonly phase: string };
  readonly #log: Log;

  constructor(sources: readonly string[], phase: string, log: Log) {
    this.#functions = sources.map((source) => new SandboxedFunction(source, limits));
    this.#conf = { phase };
    this.#log = log;
  }

  /** Interpreters are made with the first request; from then on nobody waits. */
  whenReady<T>(run: () => T): T | Promise<T> {
    if (this.#functions.every(({ isReady }) => isReady)) return run();
    return Promise.all(this.#functions.map((one) => one.ready())).then(run);
  }

  /** Runs the functions on a request until one answers it. One that fails answers 500: it may have been a guard. */
  answer(ctx: RequestContext): Reply | undefined {
    for (const one of this.#functions) {
      try {
        const made = applyToRequest(ctx, this.#call(one, ctx, {}));
        if (made !== undefined) return made;
      } catch (error) {
        this.#blame(error, ctx);
        return broken;
      }
    }
    return undefined;
  }

  /** Runs the functions on the head of an answer. */
  changeHead(ctx: RequestContext): void {
    this.#observe(ctx, (result) => applyToResponse(ctx, result));
  }

  /** Runs the functions after the last byte; what they give back is logged. */
  tell(ctx: RequestContext): void {
    this.#observe(ctx, (result) => {
      if (result !== undefined && result !== null) this.#log.info('a function says', { result, request: ctx.id });
    });
  }

  /** Runs the functions on a body. A failure is thrown: what they were to change must not pass unchanged. */
  changeBody(ctx: RequestContext, bytes: Uint8Array): Uint8Array {
    let body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    const { status } = ctx.response;
    for (const one of this.#functions) body = bodyOutcome(this.#call(one, ctx, { response: { status, body } })) ?? body;
    return Buffer.from(body);
  }

  dispose(): void {
    for (const one of this.#functions) one.dispose();
  }

  #observe(ctx: RequestContext, take: (result: unknown) => void): void {
    for (const one of this.#functions) {
      try {
        const { status, headers } = ctx.response;
        take(this.#call(one, ctx, { response: { status, headers: Object.fromEntries(headers.entries()) } }));
      } catch (error) {
        this.#blame(error, ctx);
      }
    }
  }

  #call(one: SandboxedFunction, ctx: RequestContext, more: object): unknown {
    const { id, request, route } = ctx;
    const { method, path, query } = request;
    const headers = Object.fromEntries(
      [...request.headers.entries()].map(([name, value]) => [name.toLowerCase(), value]),
    );
    const seen = { id, route_id: route?.id, request: { method, path, query, headers }, ...more };
    return one.call([this.#conf, seen], { value: (name) => ctx.variable(name) });
  }

  /** What went wrong is the function's fault, and belongs into the log; anything else is ours. */
  #blame(error: unknown, ctx: RequestContext): void {
    if (!(error instanceof FunctionError || error instanceof UnknownOutcome)) throw error;
    this.#log.error('a function failed', { phase: this.#conf.phase, error: error.message, request: ctx.id });
  }
}
