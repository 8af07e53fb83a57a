import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import type { JSX } from 'react';
import { DraftBar } from '../../drafts/draft-bar.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { GroupSwitcher } from './group-switcher.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Navigation } from './navigation.tsx';
import { UserMenu } from './user-menu.tsx';

/** What stands around every page: brand, navigation, whether the page is live, and who is signed in. */
export function Shell(): JSX.Element {
  const group = useGroup();
  const [isOpen, { toggle, close }] = useDisclosure();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={isOpen}
            />
            <TextLink to={paths.overview(group)} underline="never" c="inherit" aria-label="Sluice, overview">
              <Group gap={8} wrap="nowrap">
                <BrandMark />
                <Text fw={680} size="lg" visibleFrom="xs">
                  Sluice
                </Text>
              </Group>
            </TextLink>
            <GroupSwitcher group={group} />
          </Group>
          <Group gap="md" wrap="nowrap">
            <LiveIndicator group={group} />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      {/* Out of sight is out of reach for the keyboard too. */}
      <AppShell.Navbar p="xs" aria-label="Main" inert={isNarrow && !isOpen}>
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <div style={{ maxWidth: 1280, marginInline: 'auto' }}>
          <DraftBar />
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
