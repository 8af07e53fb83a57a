import { definePlugin, reply, type RequestContext } from '@sluice/plugin-kit';
import { compileJsonPath, type JsonPath } from '../shared/json-path.schema.ts';
import { labelValues } from './label-values.ts';
import { aclSchema } from './schema.ts';

type Wanted = Readonly<Record<string, readonly string[]>>;

/** The values of a label of whoever a request is from. */
type LabelReader = (label: string) => readonly string[];

const nothing: JsonPath = () => [];
const unauthenticated = reply(401, { message: 'Missing authentication.' });

/** Lets requests pass by the labels of whoever they are from. */
export const acl = definePlugin(aclSchema, (config) => {
  const { external_user_label_field: field, external_user_label_field_parser: form } = config;
  const pathOf = compileJsonPath(field) ?? nothing;
  const fieldLabel = config.external_user_label_field_key ?? field;
  const separator = config.external_user_label_field_separator ?? ',';
  const allowed = config.allow_labels && compileMatch(config.allow_labels);
  const denied = config.deny_labels && compileMatch(config.deny_labels);
  const refusal = reply(config.rejected_code, { message: config.rejected_msg ?? 'The consumer is forbidden.' });

  /** A consumer comes first: its labels are the gateway's own. Undefined where nobody is known. */
  function readerOf({ consumer, user }: RequestContext): LabelReader | undefined {
    if (consumer !== undefined) {
      const { labels } = consumer;
      return (label) => (Object.hasOwn(labels, label) ? labelValues(labels[label], undefined, ',') : []);
    }
    if (user === undefined) return undefined;
    return (label) =>
      label === fieldLabel ? pathOf(user).flatMap((found) => labelValues(found, form, separator)) : [];
  }

  return {
    access(ctx) {
      const reader = readerOf(ctx);
      if (reader === undefined) return unauthenticated;
      if (denied?.(reader)) return refusal;
      return allowed === undefined || allowed(reader) ? undefined : refusal;
    },
  };
});

/** Whether any label has any of its values. */
function compileMatch(wanted: Wanted): (reader: LabelReader) => boolean {
  const sets = Object.entries(wanted).map(([label, values]) => [label, new Set(values)] as const);
  return (reader) => sets.some(([label, values]) => reader(label).some((value) => values.has(value)));
}
