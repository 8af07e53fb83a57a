import { readProto } from '@sluice/proto';
import protobuf from 'protobufjs';
import type { PluginConfigOf } from '@sluice/schema';
import { type JsonForm, jsonFormOf } from './decode.ts';
import { type MessagePlan, MessagePlans } from './message-plan.ts';
import type { grpcTranscodeSchema } from './schema.ts';

/** A method of a gRPC server, ready to be called. */
export interface GrpcMethod {
  readonly input: MessagePlan;
  readonly output: MessagePlan;
  /** The message that details of an error are; undefined where none was asked for, null where there is none such. */
  readonly detail: MessagePlan | null | undefined;
  readonly form: JsonForm;
}

/** The method that a configuration means, or what stands against it. */
export function findMethod(
  content: unknown,
  { service, method, status_detail_type: detail, pb_option: options }: PluginConfigOf<typeof grpcTranscodeSchema>,
): GrpcMethod | string {
  try {
    const root = readProto(String(content));
    const found = root.lookup(`.${service}`, protobuf.Service);
    const called = found instanceof protobuf.Service ? found.methods[method] : undefined;
    if (!called) return `the proto has no method ${service}/${method}`;
    const { resolvedRequestType: input, resolvedResponseType: output } = called.resolve() as protobuf.Method;
    if (input === null || output === null) return `the messages of ${service}/${method} are not known`;
    const plans = new MessagePlans();
    return {
      input: plans.of(input),
      output: plans.of(output),
      detail: detail === undefined ? undefined : detailPlan(root, detail, plans),
      form: jsonFormOf(options),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function detailPlan(root: protobuf.Root, name: string, plans: MessagePlans): MessagePlan | null {
  const type = root.lookup(`.${name}`, protobuf.Type);
  return type instanceof protobuf.Type ? plans.of(type) : null;
}
