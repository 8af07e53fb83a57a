import { SetMetadata } from '@nestjs/common';
import type { TSchema } from 'typebox';

/** What the OpenAPI document says about an endpoint, beyond what its other decorators already tell. */
export interface ApiOperationInfo {
  /** One line, in the imperative, without a full stop: "List the revisions of a group". */
  readonly summary: string;
  /** What surprises about it, in sentences. */
  readonly description?: string;
  /**
   * The body of a successful answer; null where there is none. A schema with `$id` becomes a component of that name, so
   * that what several endpoints answer has one type in clients.
   */
  readonly answers: TSchema | null;
  /** Status codes of success, where the handler decides between several. Otherwise `@HttpCode`, or the usual of the verb. */
  readonly statuses?: readonly number[];
  /** Content type of a successful answer; `application/json` unless it is told. */
  readonly media?: string;
  /** Parameters of the query by name, each with a description. What the handler reads and this does not list, nobody learns. */
  readonly query?: Readonly<Record<string, TSchema>>;
  /** Request headers by name, such as `if-match`. */
  readonly headers?: Readonly<Record<string, TSchema>>;
  /** Body that is not checked by a schema of `JsonBody`: its content type, or a schema that only describes it. */
  readonly body?: { readonly schema?: TSchema; readonly media?: string; readonly isOptional?: boolean };
  /** Status codes of refusals that only this endpoint has, such as 409 or 412. The usual ones are added by themselves. */
  readonly refusals?: readonly number[];
  /** The answer holds a secret that is shown only once. It is never stored, and a repetition by Idempotency-Key is told so. */
  readonly showsSecret?: boolean;
}

/** Key of the metadata that holds what an endpoint says about itself. */
export const API_OPERATION = Symbol('api operation');

/** Describes an endpoint of `/api/v1`. Each of them needs it: a conformance test walks them all. */
export const ApiOperation = (info: ApiOperationInfo) => SetMetadata(API_OPERATION, info);
