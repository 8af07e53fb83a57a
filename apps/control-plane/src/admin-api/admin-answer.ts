import type { ResourceKind } from '@sluice/schema';

/** An answer of the Admin API that ends a request early, in the exact words that its clients compare. */
export class AdminAnswer extends Error {
  override readonly name = 'AdminAnswer';
  readonly status: number;
  readonly body: object | string;

  constructor(status: number, body: object | string) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** A request that is wrong in itself. */
export function badRequest(message: string): AdminAnswer {
  return new AdminAnswer(400, { error_msg: message });
}

/** A path that names no kind that this build serves. */
export function unsupportedResource(segment: string): AdminAnswer {
  return new AdminAnswer(404, { error_msg: `Unsupported resource type: ${segment}` });
}

/** A method that a kind does not offer. */
export function unsupportedMethod(method: string, kind: ResourceKind): AdminAnswer {
  return new AdminAnswer(405, { error_msg: `not supported \`${method}\` method for ${kind.label}` });
}
