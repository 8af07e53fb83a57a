import type { GroupSettings } from '../../api/history-types.ts';

/** The rule of approval in a sentence. */
export function approvalText({ required, approvers }: GroupSettings['approval']): string {
  if (!required) return 'Changes go live without anybody else’s approval.';
  return `Every change is a draft that a second person approves, who is at least ${article(approvers)} here.`;
}

function article(role: GroupSettings['approval']['approvers']): string {
  return role === 'admin' ? 'an administrator' : `an ${role}`;
}

/** The rule of retention in a sentence. */
export function retentionText({ keep_revisions: count, keep_days: days }: GroupSettings['retention']): string {
  if (count === null && days === null) return 'All revisions are kept at hand.';
  const kept = [
    ...(count === null ? [] : [`the newest ${count} revisions`]),
    ...(days === null ? [] : [`those of the last ${days} days`]),
  ];
  return `Kept at hand: ${kept.join(' and ')}, and all that have a label. Older ones go to the archive.`;
}
