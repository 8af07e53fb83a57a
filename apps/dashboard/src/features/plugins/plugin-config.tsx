import { SegmentedControl, Stack, Text } from '@mantine/core';
import { isJsonObject, pluginMetaSchema } from '@sluice/schema';
import { useParams } from '@tanstack/react-router';
import { type JSX, useMemo, useState } from 'react';
import { pluginDoor } from '../../api/plugin-door.ts';
import type { Plugin } from '../../api/types.ts';
import { fieldOf } from '../../schema-form/fields.ts';
import { fieldElementId, useFormScope, type WidgetProps } from '../../schema-form/form-context.ts';
import { issuesWithin } from '../../schema-form/issues.ts';
import { withField } from '../../schema-form/json.ts';
import { SchemaForm } from '../../schema-form/schema-form.tsx';
import { JsonWidget } from '../../schema-form/widgets/json-widget.tsx';
import { useKind } from '../../scope.ts';
import { Prose } from '../../ui/prose.tsx';

interface PluginConfigProps {
  readonly name: string;
  readonly plugin: Plugin | undefined;
  readonly pointer: string;
  readonly config: unknown;
  readonly onChange: (config: unknown) => void;
}

/** The settings of one plugin, as a form or as JSON. */
export function PluginConfig({ name, plugin, pointer, config, onChange }: PluginConfigProps): JSX.Element {
  const canForm = plugin !== undefined && (config === undefined || isJsonObject(config));
  const [view, setView] = useState('form');
  const isForm = canForm && view === 'form';
  return (
    <Stack p="sm" pt={0} gap="md">
      {plugin && (
        <Text size="sm" c="dimmed">
          <Prose text={plugin.description} />
        </Text>
      )}
      {canForm && (
        <SegmentedControl
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          aria-label={`View of ${name}`}
          data={[
            { value: 'form', label: 'Form' },
            { value: 'json', label: 'JSON' },
          ]}
          value={view}
          onChange={setView}
        />
      )}
      {isForm ? (
        <ConfigForm plugin={plugin} pointer={pointer} config={config} onChange={onChange} />
      ) : (
        <JsonWidget {...jsonProps(name, pointer, config, onChange)} />
      )}
    </Stack>
  );
}

function jsonProps(name: string, pointer: string, value: unknown, onChange: (next: unknown) => void): WidgetProps {
  const field = { ...fieldOf(name, { title: `Configuration of ${name}` }), required: true };
  // An emptied text is an empty configuration: taking the plugin out is another button.
  return { field, pointer, value, onChange: (next) => onChange(next ?? {}), error: undefined, blocked: undefined };
}

interface ConfigFormProps extends Omit<PluginConfigProps, 'name'> {
  readonly plugin: Plugin;
}

/** The plugin's own fields, then `_meta`, which every plugin has. */
function ConfigForm({ plugin, pointer, config, onChange }: ConfigFormProps): JSX.Element {
  const { plural = '' } = useParams({ strict: false }) as { plural?: string };
  const scope = useFormScope();
  const { schema, secrets } = pluginDoor(plugin, useKind(plural));
  const issues = issuesWithin(scope.issues, pointer);
  const whole = useMemo(() => withMeta(schema), [schema]);
  return (
    <div id={`${fieldElementId(pointer)}-config`}>
      <SchemaForm
        schema={whole}
        value={config}
        onChange={onChange}
        issues={issues}
        secrets={secrets}
        target={innerTarget(scope.target, pointer)}
      />
    </div>
  );
}

/** `disable` is the switch on the card. */
function withMeta(schema: Plugin['schema']): Plugin['schema'] {
  const meta = { ...pluginMetaSchema, properties: withField(pluginMetaSchema.properties, 'disable', undefined) };
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return { ...schema, properties: { ...properties, _meta: meta } };
}

function innerTarget(target: string | undefined, pointer: string): string | undefined {
  return target?.startsWith(`${pointer}/`) ? target.slice(pointer.length) : undefined;
}
