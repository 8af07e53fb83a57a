import Type from 'typebox';
import { timeSchema } from '../http/answer-schema.ts';

/** What a control plane says about itself. */
export const systemSchema = Type.Object(
  {
    product: Type.String(),
    version: Type.String(),
    started_at: timeSchema(),
    etcd: Type.Boolean({ description: 'Whether configuration is published to etcd.' }),
    groups: Type.Array(Type.String()),
  },
  { $id: 'System' },
);
