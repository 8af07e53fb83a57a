import { type AgreementMember, agreementMembers, kinds, pointerKeys, type PluginSchema } from '@sluice/schema';
import type { ConfigFile, FileProblem, FileResource } from './config-file.ts';

/** Configurations of a file that belong together, such as limits of one group, and do not say the same: each but the first. */
export function disagreements(
  { resources, lineOf }: ConfigFile,
  lookup: (plugin: string) => PluginSchema | undefined,
): FileProblem[] {
  const first = new Map<string, { readonly resource: FileResource; readonly member: AgreementMember }>();
  return resources.flatMap((resource) => {
    const kind = kinds.get(resource.kind);
    const members = kind ? agreementMembers(kind, resource.value['plugins'], lookup) : [];
    return members.flatMap((member) => {
      const key = JSON.stringify([member.plugin, member.value]);
      const other = first.get(key);
      if (other === undefined) first.set(key, { resource, member });
      if (other === undefined || other.member.said === member.said) return [];
      const keys = [...resource.keys, ...pointerKeys(member.pointer)];
      const { field, refusal } = member.agreement;
      const message = `${refusal}: ${other.resource.kind} ${other.resource.id} says something else in ${field} "${member.value}"`;
      return [{ message, line: lineOf(keys), path: keys.join('.') }];
    });
  });
}
