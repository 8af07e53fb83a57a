interface Titled {
  readonly message: string | null;
  readonly change_count: number;
  readonly changes: readonly {
    readonly kind: string;
    readonly id: string;
    readonly action: 'create' | 'update' | 'delete';
  }[];
}

const verbs = { create: 'Created', update: 'Changed', delete: 'Deleted' } as const;

/** What a revision is about: its author's words, else what it did. */
export function revisionTitle({ message, change_count: count, changes }: Titled): string {
  if (message) return message;
  const [first] = changes;
  if (!first) return 'No changes';
  const what = `${verbs[first.action]} ${first.kind.replaceAll('_', ' ')} ${first.id}`;
  return count > 1 ? `${what} and ${count - 1} more` : what;
}
