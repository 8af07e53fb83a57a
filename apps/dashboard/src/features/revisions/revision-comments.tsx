import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyCommands } from '../../api/history-commands.ts';
import type { Comment } from '../../api/history-types.ts';
import { groupQueries, sessionQuery } from '../../api/queries.ts';
import { useGroup, useMay } from '../../scope.ts';
import { confirm } from '../../ui/confirm.tsx';
import { TimeAgo } from '../../ui/time.tsx';

interface RevisionCommentsProps {
  readonly number: number;
  readonly comments: readonly Comment[];
}

/** What people had to say about a revision afterwards. */
export function RevisionComments({ number, comments }: RevisionCommentsProps): JSX.Element {
  const mayComment = useMay('editor');
  return (
    <Stack gap="md">
      {comments.map((comment) => (
        <CommentEntry key={comment.id} number={number} comment={comment} />
      ))}
      {comments.length === 0 && !mayComment && (
        <Text size="sm" c="dimmed">
          Nobody has commented on this revision.
        </Text>
      )}
      {mayComment && <NewComment number={number} />}
    </Stack>
  );
}

function NewComment({ number }: { readonly number: number }): JSX.Element {
  const [text, setText] = useState('');
  const adding = useCommentChange(number, (commands, said: string) => commands.comment(number, said));
  return (
    <CommentForm
      label="Comment"
      action="Add comment"
      text={text}
      onText={setText}
      isPending={adding.isPending}
      onSubmit={() => adding.mutate(text.trim(), { onSuccess: () => setText('') })}
    />
  );
}

function CommentEntry({ number, comment }: { readonly number: number; readonly comment: Comment }): JSX.Element {
  const [draft, setDraft] = useState<string>();
  const editing = useCommentChange(number, (commands, text: string) => commands.editComment(number, comment.id, text));
  return (
    <Stack gap={4} component="article" aria-label={`Comment of ${comment.author}`}>
      <Group gap="xs" justify="space-between">
        <Text size="xs" c="dimmed">
          <Text span fw={600} inherit>
            {comment.author}
          </Text>
          , <TimeAgo at={comment.created_at} />
          {comment.edited_at !== null && ', edited'}
        </Text>
        {draft === undefined && <CommentActions number={number} comment={comment} onEdit={setDraft} />}
      </Group>
      {draft === undefined ? (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {comment.text}
        </Text>
      ) : (
        <CommentForm
          label="Comment"
          action="Save comment"
          text={draft}
          onText={setDraft}
          isPending={editing.isPending}
          onCancel={() => setDraft(undefined)}
          onSubmit={() => editing.mutate(draft.trim(), { onSuccess: () => setDraft(undefined) })}
        />
      )}
    </Stack>
  );
}

interface CommentActionsProps {
  readonly number: number;
  readonly comment: Comment;
  readonly onEdit: (text: string) => void;
}

/** A comment is its author's to edit; administrators may remove any. */
function CommentActions({ number, comment, onEdit }: CommentActionsProps): JSX.Element | null {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const mayComment = useMay('editor');
  const mayModerate = useMay('admin');
  const deleting = useCommentChange(number, (commands) => commands.deleteComment(number, comment.id));
  const isOwn = mayComment && session?.user.username === comment.author;
  if (!isOwn && !mayModerate) return null;
  const ask = async () => {
    const agreed = await confirm({
      title: `Delete the comment of ${comment.author}?`,
      body: 'It is gone for everybody. The audit trail keeps that there was one.',
      action: 'Delete comment',
    });
    if (agreed) deleting.mutate('');
  };
  return (
    <Group gap={4}>
      {isOwn && (
        <Button size="compact-xs" variant="subtle" onClick={() => onEdit(comment.text)}>
          Edit
        </Button>
      )}
      <Button size="compact-xs" variant="subtle" loading={deleting.isPending} onClick={() => void ask()}>
        Delete
      </Button>
    </Group>
  );
}

interface CommentFormProps {
  readonly label: string;
  readonly action: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly isPending: boolean;
  readonly onSubmit: () => void;
  readonly onCancel?: () => void;
}

function CommentForm({ label, action, text, onText, isPending, onSubmit, onCancel }: CommentFormProps): JSX.Element {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" align="flex-start">
        <Textarea
          w="100%"
          label={label}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={4000}
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" size="xs" variant="default" loading={isPending}>
            {action}
          </Button>
          {onCancel && (
            <Button size="xs" variant="subtle" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function useCommentChange(
  number: number,
  run: (commands: ReturnType<typeof historyCommands>, text: string) => Promise<unknown>,
) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => run(historyCommands(group), text),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: groupQueries(group).revision(number).queryKey }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not saved', message: messageOf(error) }),
  });
}
