import { Box, Divider, ScrollArea } from '@mantine/core';
import {
  IconAffiliate,
  IconAdjustments,
  IconBox,
  IconCertificate,
  IconFileCode,
  IconFlask,
  IconHistory,
  IconListCheck,
  IconLock,
  IconPencilCheck,
  IconPlugConnected,
  IconStack2,
  IconTransfer,
  type Icon,
  IconLayoutDashboard,
  IconPuzzle,
  IconRoute,
  IconServer2,
  IconNetwork,
  IconUsers,
  IconUsersGroup,
  IconVault,
  IconWorld,
} from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { Fragment, type JSX } from 'react';
import type { Kind } from '../../api/types.ts';
import { NavItem } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useCatalogue, useGroup, useMay } from '../../scope.ts';

/** The order in which people work with the kinds; kinds that are new to this build follow. */
const kindIcons = new Map<string, Icon>([
  ['route', IconRoute],
  ['service', IconAffiliate],
  ['upstream', IconServer2],
  ['consumer', IconUsers],
  ['consumer_group', IconUsersGroup],
  ['plugin_config', IconPuzzle],
  ['global_rule', IconWorld],
  ['plugin_metadata', IconAdjustments],
  ['stream_route', IconPlugConnected],
  ['proto', IconFileCode],
  ['ssl', IconCertificate],
  ['secret', IconVault],
]);

/** The rooms of the dashboard; one for each kind that the control plane knows. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }): JSX.Element {
  const group = useGroup();
  const { kinds } = useCatalogue();
  const mayEdit = useMay('editor');
  const mayAdminister = useMay('admin');
  const pathname = useLocation({ select: (location) => location.pathname });
  return (
    <ScrollArea>
      <Entry to={paths.overview(group)} label="Overview" icon={IconLayoutDashboard} isExact onNavigate={onNavigate} />
      <Divider my={6} />
      {inWorkingOrder(kinds.filter(({ parent }) => !parent)).map((kind) => (
        <Entry
          key={kind.name}
          to={paths.resources(group, kind.plural)}
          label={pluralTitle(kind)}
          icon={kindIcons.get(kind.name) ?? IconBox}
          isActive={pathname === paths.createResource(group, kind.plural)}
          onNavigate={onNavigate}
        />
      ))}
      <Divider my={6} />
      {otherRooms(group, { mayEdit, mayAdminister, pathname }).map((rooms, section) => (
        <Fragment key={rooms[0]?.label}>
          {section > 0 && <Divider my={6} />}
          {rooms.map((room) => (
            <Entry key={room.label} {...room} onNavigate={onNavigate} />
          ))}
        </Fragment>
      ))}
    </ScrollArea>
  );
}

interface Visitor {
  readonly mayEdit: boolean;
  readonly mayAdminister: boolean;
  readonly pathname: string;
}

type Room = Pick<EntryProps, 'to' | 'label' | 'icon' | 'isActive'>;

/** What is not about a kind, by what it is about: the group, its history, the installation. */
function otherRooms(group: string, { mayEdit, mayAdminister, pathname }: Visitor): readonly (readonly Room[])[] {
  const isAboutGroups = [paths.groupSettings(group), paths.promote(group)].includes(pathname);
  const only = (may: boolean, room: Room): readonly Room[] => (may ? [room] : []);
  return [
    [
      { to: paths.dataPlanes(group), label: 'Data planes', icon: IconNetwork },
      ...only(mayEdit, { to: paths.playground(group), label: 'Playground', icon: IconFlask }),
    ],
    [
      { to: paths.revisions(group), label: 'Revisions', icon: IconHistory },
      { to: paths.drafts(group), label: 'Drafts', icon: IconPencilCheck },
      { to: paths.transfer(group), label: 'Import & export', icon: IconTransfer },
    ],
    [
      { to: paths.groups(group), label: 'Groups', icon: IconStack2, isActive: isAboutGroups },
      ...only(mayAdminister, { to: paths.access(group), label: 'Access', icon: IconLock }),
      ...only(mayAdminister, { to: paths.audit(group), label: 'Audit', icon: IconListCheck }),
    ],
  ];
}

/** The kinds as the navigation lists them. */
export function inWorkingOrder(kinds: readonly Kind[]): Kind[] {
  const order = [...kindIcons.keys()];
  const rank = ({ name }: Kind) => (order.includes(name) ? order.indexOf(name) : order.length);
  return kinds.toSorted((a, b) => rank(a) - rank(b));
}

interface EntryProps {
  readonly to: string;
  readonly label: string;
  readonly icon: Icon;
  readonly isExact?: boolean;
  /** Also active on a page that is not under its address. */
  readonly isActive?: boolean;
  readonly onNavigate: () => void;
}

function Entry({ to, label, icon: EntryIcon, isExact = false, isActive = false, onNavigate }: EntryProps): JSX.Element {
  return (
    <Box mb={1}>
      <NavItem
        py={5}
        to={to}
        label={label}
        leftSection={<EntryIcon size={18} stroke={1.6} aria-hidden />}
        activeOptions={{ exact: isExact, includeSearch: false }}
        activeProps={{ active: true }}
        {...(isActive ? { active: true, 'aria-current': 'page' } : {})}
        style={{ borderRadius: 'var(--mantine-radius-md)' }}
        onClick={onNavigate}
      />
    </Box>
  );
}
