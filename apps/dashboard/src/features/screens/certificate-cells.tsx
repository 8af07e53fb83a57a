import { Badge, Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Resource } from '../../api/types.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { textsOf } from './cells.tsx';
import { type Validity, validityOf } from './certificate-validity.ts';

const dayMs = 86_400_000;
/** Certificates of public authorities are renewed a month before their end. */
const soonDays = 30;
const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** The end that comes first of a resource's certificates, and how near it is. */
export function ValidUntil({ resource: { value } }: { readonly resource: Resource }): JSX.Element | null {
  const [first] = textsOf(value, 'cert', 'certs')
    .map(validityOf)
    .filter((validity) => validity !== undefined)
    .toSorted((a, b) => a.until.getTime() - b.until.getTime());
  return first ? <End validity={first} /> : null;
}

function End({ validity: { from, until } }: { readonly validity: Validity }): JSX.Element {
  const days = Math.floor((until.getTime() - Date.now()) / dayMs);
  return (
    <Group gap={6}>
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        <time dateTime={until.toISOString()} title={until.toISOString()}>
          {date.format(until)}
        </time>
      </Text>
      {from.getTime() > Date.now() && <Badge color="orange">not valid yet</Badge>}
      {days < 0 && <Badge color="red">expired</Badge>}
      {days >= 0 && days < soonDays && <Badge color="orange">{days === 0 ? 'ends today' : `${days} days left`}</Badge>}
    </Group>
  );
}

/** From when to when each certificate of a resource is valid. */
export function CertificateDetails({ resource: { value } }: { readonly resource: Resource }): JSX.Element | null {
  const certificates = textsOf(value, 'cert', 'certs').map(validityOf);
  if (certificates.every((validity) => validity === undefined)) return null;
  return (
    <Panel title="Validity">
      <Facts>
        {certificates.map((validity, i) => (
          <Fact key={i} label={i === 0 ? 'Certificate' : `Further certificate ${i}`}>
            {validity ? (
              <Group gap={6}>
                <Text size="sm">{date.format(validity.from)} until</Text>
                <End validity={validity} />
              </Group>
            ) : (
              'Kept elsewhere, or not readable here'
            )}
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}
