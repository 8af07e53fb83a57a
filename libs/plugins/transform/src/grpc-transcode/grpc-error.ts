import protobuf from 'protobufjs';
import type { HeaderFields } from '@sluice/plugin-kit';
import { decodeMessage, type JsonForm } from './decode.ts';
import { type MessagePlan, MessagePlans } from './message-plan.ts';

const httpStatuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
  }),
);

const unknownError = 599;

/** The status of HTTP for an error of gRPC. */
export function httpStatusOf(grpcStatus: string): number {
  return httpStatuses.get(grpcStatus) ?? unknownError;
}

const statusRoot = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: { type: 'string', id: 2 },
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
  },
}).resolveAll();

/** `google.rpc.Status`, as servers put it into `grpc-status-details-bin`. */
const statusPlan = new MessagePlans().of(statusRoot.lookupType('Status'));

const failures = {
  base64: 'grpc-status-details-bin is not base64 format',
  status: 'failed to call pb.decode to decode grpc-status-details-bin',
  detail: 'failed to call pb.decode to decode details in grpc-status-details-bin',
} as const;

/** How the details of an error are shown: as messages of a type, or as they are. */
export interface DetailForm {
  readonly form: JsonForm;
  /** Undefined where none was asked for, null where the proto has no such message. */
  readonly plan: MessagePlan | null | undefined;
}

/** The body for an error, from its fields: JSON, or a text that says why there is none. */
export function errorBody(fields: HeaderFields, details: DetailForm): string {
  const packed = fields.get('grpc-status-details-bin');
  if (packed === undefined) {
    const error = { code: Number(fields.get('grpc-status')), message: messageText(fields.get('grpc-message') ?? '') };
    return JSON.stringify({ error });
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return failures.base64;
  return statusBody(Buffer.from(packed, 'base64'), details);
}

function statusBody(bytes: Buffer, { form, plan }: DetailForm): string {
  let status: Record<string, unknown>;
  try {
    status = decodeMessage(statusPlan, bytes, { enums: 'value', longs: 'number', defaults: 'none' });
  } catch {
    return failures.status;
  }
  if (plan === undefined || status['details'] === undefined) return JSON.stringify({ error: status });
  if (plan === null) return failures.detail;
  try {
    const details = detailBytes(bytes).map((detail) => decodeMessage(plan, detail, form));
    return JSON.stringify({ error: { ...status, details } });
  } catch {
    return failures.detail;
  }
}

/** The value of each detail, byte for byte, which the text of it in JSON is not. */
function detailBytes(status: Buffer): Uint8Array[] {
  const values: Uint8Array[] = [];
  eachField(new protobuf.Reader(status), 3, (any) =>
    eachField(new protobuf.Reader(any), 2, (value) => values.push(value)),
  );
  return values;
}

function eachField(reader: protobuf.Reader, id: number, take: (bytes: Uint8Array) => void): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === id * 8 + 2) take(reader.bytes());
    else reader.skipType(tag & 7);
  }
}

/** The text of `grpc-message`, whose other characters are escaped (gRPC over HTTP/2, Status-Message). */
function messageText(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
