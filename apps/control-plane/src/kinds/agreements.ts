import { createHash } from 'node:crypto';
import { agreementMembers, type AgreementMember, pluginRefusal, type ResourceKind } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import type { Claim, ClaimContext } from './claims.ts';

/**
 * What the plugins of a value share with those of other resources: configurations that belong together by a field (the group
 * of a limit) must say the same.
 */
export function agreementsOf(
  kind: ResourceKind,
  plugins: Readonly<Record<string, unknown>>,
  context: ClaimContext,
): Claim[] {
  return agreementMembers(kind, plugins, context.lookup).map((member) => agreementOf(kind, member, context));
}

function agreementOf(
  { pluginDoor }: ResourceKind,
  { plugin, agreement, value, said, pointer }: AgreementMember,
  { lookup, sealing }: ClaimContext,
): Claim {
  // A name may be longer than an index takes.
  const token = `${plugin}.${agreement.field}:${createHash('sha256').update(value).digest('base64url')}`;
  const saidBy: NonNullable<Claim['shared']>['saidBy'] = (stored) => {
    const { plugins } = sealing.openValue(stored);
    const members = agreementMembers({ pluginDoor: 'config' }, plugins, lookup);
    return members.find((member) => member.plugin === plugin)?.said;
  };
  return {
    token,
    rivals: [token],
    shared: { said, saidBy },
    refuse: ({ kind, id }) => {
      const message = `${agreement.refusal}: ${kind} [${id}] says something else in ${agreement.field} "${value}"`;
      // The compatible message has no room for who it is.
      const problem = pluginRefusal(plugin, pluginDoor ?? 'config', agreement.refusal);
      return new Refusal('INVALID', problem, { field: pointer, issues: [{ path: pointer, message }] });
    },
  };
}
