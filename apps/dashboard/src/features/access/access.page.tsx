import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { paths } from '../../paths.ts';
import { Requires } from '../../role-gate.tsx';
import { useGroup, useMayEverywhere } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { MembersPanel } from './members-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { ServiceTokensPanel } from './service-tokens-panel.tsx';
import { UsersPanel } from './users-panel.tsx';

/** What the address of the page says. */
export interface AccessSearch {
  readonly tab?: 'users' | 'members' | 'tokens' | 'sessions';
  readonly page?: number;
  readonly search?: string;
}

/** Who gets in, and what they may do. */
export function AccessPage(): JSX.Element {
  return (
    <Requires role="admin">
      <PageHeader title="Access" description="Who gets in, with what, and what they may do." />
      <AccessTabs />
    </Requires>
  );
}

function AccessTabs(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  // Users and their sessions belong to no group.
  const isForAll = useMayEverywhere('admin');
  const { tab = isForAll ? 'users' : 'members' } = useSearch({ strict: false }) as AccessSearch;
  const show = (next: string | null) =>
    void navigate({ to: paths.access(group), search: next === null ? {} : { tab: next }, replace: true });
  return (
    <Tabs value={tab} onChange={show} keepMounted={false}>
      <Tabs.List mb="md">
        {isForAll && <Tabs.Tab value="users">Users</Tabs.Tab>}
        <Tabs.Tab value="members">Members of {group}</Tabs.Tab>
        <Tabs.Tab value="tokens">Tokens</Tabs.Tab>
        {isForAll && <Tabs.Tab value="sessions">Sessions</Tabs.Tab>}
      </Tabs.List>
      {isForAll && (
        <Tabs.Panel value="users">
          <UsersPanel />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="members">
        <MembersPanel />
      </Tabs.Panel>
      <Tabs.Panel value="tokens">
        <ServiceTokensPanel />
      </Tabs.Panel>
      {isForAll && (
        <Tabs.Panel value="sessions">
          <SessionsPanel />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}
