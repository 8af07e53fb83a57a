import { Badge, Button, Table, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { SessionRow } from '../../api/access-types.ts';
import { ActionsHead } from '../../ui/actions-head.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { TimeAgo } from '../../ui/time.tsx';

interface SessionsTableProps {
  readonly sessions: readonly SessionRow[];
  /** Whether the sessions are of several users. */
  readonly showsUsers: boolean;
  readonly onEnd: (session: SessionRow) => void;
}

/** Browsers that are signed in. */
export function SessionsTable({ sessions, showsUsers, onEnd }: SessionsTableProps): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={680} scrollAreaProps={scrollableBy('Sessions')}>
      <Table className="tabular" aria-label="Sessions">
        <Table.Thead>
          <Table.Tr>
            {showsUsers && <Table.Th>User</Table.Th>}
            <Table.Th>Browser</Table.Th>
            <Table.Th>Address</Table.Th>
            <Table.Th>Signed in</Table.Th>
            <Table.Th>Last seen</Table.Th>
            <ActionsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.map((session) => (
            <Table.Tr key={session.id}>
              {showsUsers && <Table.Td>{session.username}</Table.Td>}
              <Table.Td maw={280}>
                <Text size="sm" truncate title={session.user_agent ?? undefined}>
                  {browserName(session.user_agent)}
                </Text>
                {session.current && <Badge color="teal">this one</Badge>}
              </Table.Td>
              <Table.Td>{session.source_ip ?? '–'}</Table.Td>
              <Table.Td>
                <TimeAgo at={session.created_at} />
                {session.method === 'oidc' && (
                  <Text size="xs" c="dimmed">
                    by the identity provider
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <TimeAgo at={session.last_seen} />
              </Table.Td>
              <Table.Td ta="right">
                {!session.current && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`End the session of ${session.username} from ${session.source_ip ?? 'an unknown address'}`}
                    onClick={() => onEnd(session)}
                  >
                    End
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'] as const;

/** What people call the browser that says this of itself. */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return 'unknown';
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1];
  const system = systems.find((name) => userAgent.includes(name));
  if (!browser) return userAgent;
  return system ? `${browser} on ${system === 'Mac OS' ? 'macOS' : system}` : browser;
}
