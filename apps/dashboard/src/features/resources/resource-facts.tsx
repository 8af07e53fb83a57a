import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { isJsonObject } from '@sluice/schema';
import type { JSX } from 'react';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useCatalogue, useGroup } from '../../scope.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { concealed, printJson } from '../../ui/json-text.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { managedFields } from './draft.ts';
import { hasStatus } from './status-switch.tsx';

/** Every field of a resource, in the schema's order and words. */
export function ResourceFacts({ kind, resource }: { readonly kind: Kind; readonly resource: Resource }): JSX.Element {
  const group = useGroup();
  const properties = (kind.schema['properties'] ?? {}) as Readonly<Record<string, { readonly title?: string }>>;
  // Title and switch of the page say these already.
  const hidden: readonly string[] = [...managedFields, 'name', 'id', ...(hasStatus(kind) ? ['status'] : [])];
  const keys = [...new Set([...Object.keys(properties), ...Object.keys(resource.value)])].filter(
    (key) => !isEmpty(resource.value[key]) && !hidden.includes(key),
  );
  return (
    <Facts>
      {keys.map((key) => (
        <Fact key={key} label={properties[key]?.title ?? key}>
          <FactValue kind={kind} name={key} value={concealed(resource.value[key])} />
        </Fact>
      ))}
      <Fact label="Changed">
        <Group gap={6}>
          <Times value={resource.value} field="update_time" />
          <TextLink size="sm" to={paths.revision(group, resource.modified_revision)}>
            revision {resource.modified_revision}
          </TextLink>
        </Group>
      </Fact>
      <Fact label="Created">
        <Group gap={6}>
          <Times value={resource.value} field="create_time" />
          <TextLink size="sm" to={paths.revision(group, resource.created_revision)}>
            revision {resource.created_revision}
          </TextLink>
        </Group>
      </Fact>
    </Facts>
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function Times({ value, field }: { readonly value: JsonRecord; readonly field: string }): JSX.Element | null {
  const seconds = value[field];
  return typeof seconds === 'number' ? <TimeAgo at={seconds * 1000} /> : null;
}

interface FactValueProps {
  readonly kind: Kind;
  readonly name: string;
  readonly value: unknown;
}

function FactValue({ kind, name, value }: FactValueProps): JSX.Element {
  const group = useGroup();
  const target = useCatalogue().kinds.find((known) => known.name === kind.references[name]);
  if (target) {
    return (
      <TextLink size="sm" to={paths.resource(group, target.plural, String(value))}>
        {target.label} {String(value)}
      </TextLink>
    );
  }
  if (name === 'plugins' && isJsonObject(value)) return <Plugins plugins={value} />;
  if (hasLines(value)) return <Lines texts={[value].flat()} />;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return <Words words={value.map(String)} />;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    const isFlat = entries.every(([, entry]) => typeof entry !== 'object');
    if (isFlat) return <Words words={entries.map(([key, entry]) => `${key}: ${String(entry)}`)} />;
    return <Code block>{printJson(value)}</Code>;
  }
  return <Text size="sm">{String(value)}</Text>;
}

/** Whether a value is text of several lines, such as PEM, or a list of such. */
function hasLines(value: unknown): value is string | string[] {
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => typeof item === 'string') && value.some(hasLines);
  return typeof value === 'string' && value.includes('\n');
}

function Lines({ texts }: { readonly texts: readonly string[] }): JSX.Element {
  return (
    <Stack gap="xs">
      {texts.map((text, i) => (
        <Code key={i} block mah={160} tabIndex={0} style={{ overflow: 'auto' }}>
          {text}
        </Code>
      ))}
    </Stack>
  );
}

function Plugins({ plugins }: { readonly plugins: JsonRecord }): JSX.Element {
  return (
    <Stack gap="sm">
      {Object.entries(plugins).map(([name, config]) => (
        <div key={name}>
          <Text size="sm" fw={550}>
            {name}
          </Text>
          {isJsonObject(config) && Object.keys(config).length > 0 && <Code block>{printJson(config)}</Code>}
        </div>
      ))}
    </Stack>
  );
}

function Words({ words }: { readonly words: readonly string[] }): JSX.Element {
  return (
    <Group gap={6}>
      {words.map((word) => (
        <Badge key={word} color="gray">
          {word}
        </Badge>
      ))}
    </Group>
  );
}
