import { resolve } from 'node:path';
import { check, isJsonObject, type PluginSchema, type TSchema } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { readFamilies } from '../catalogue/read-families.ts';
import { importFile } from '../projects/import-file.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { schemaFields } from './schema-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** What the dashboard's form makes of a schema. */
interface FormModel {
  widgetOf(schema: Schema): string;
  blankOf(schema: Schema): unknown;
}

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const plugins = (await readFamilies(workspace)).flatMap(({ schemas }) => schemas);
const form = (await importFile(workspace, 'apps/dashboard/src/schema-form/fields.ts')) as unknown as FormModel;
const { builtinWidgets } = await importFile(workspace, 'apps/dashboard/src/schema-form/widgets/builtin-widgets.ts');

describe.each(plugins)('the form of $name', (plugin) => {
  const fields = formFields(plugin);

  test('has a widget for each field, and asks for JSON only where a value may be anything', () => {
    const odd = fields.filter(({ schema }) => {
      const widget = form.widgetOf(schema);
      return !Object.hasOwn(builtinWidgets as object, widget) || (widget === 'json' && saysMore(schema));
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  test('names only widgets that the dashboard has', () => {
    const named = fields.map(({ schema }) => schema['x-widget']).filter((name) => name !== undefined);
    expect(named.filter((name) => !Object.hasOwn(builtinWidgets as object, String(name)))).toEqual([]);
  });

  test('begins each field with a default that may be stored', () => {
    const wrong = fields
      .filter(({ schema }) => schema['default'] !== undefined)
      .filter(({ schema }) => check(schema as unknown as TSchema, form.blankOf(schema)) !== undefined);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('shows each default in its widget', () => {
    const lost = fields.filter(({ schema }) => !canShow(form.widgetOf(schema), schema['default']));
    expect(lost.map(({ path }) => path)).toEqual([]);
  });
});

function formFields({ config, consumer, metadata }: PluginSchema): readonly { path: string; schema: Schema }[] {
  return [config, consumer, metadata].flatMap((schema) => schemaFields(schema));
}

/** Whether a schema says what is inside a value, so that nobody should have to write JSON. */
function saysMore({ type, properties, patternProperties, items }: Schema): boolean {
  const values = isJsonObject(patternProperties) ? Object.values(patternProperties) : [];
  const isScalar = typeof type === 'string' && type !== 'object' && type !== 'array';
  const isKnown = [properties, ...values].some((part) => isJsonObject(part) && Object.keys(part).length > 0);
  return isScalar || isKnown || (isJsonObject(items) && saysMoreOfItems(items));
}

/** Items without a type may be anything, as in expressions, whatever is said about some of them. */
function saysMoreOfItems(items: Schema): boolean {
  if (items['type'] === 'array') return saysMore(items);
  return items['type'] !== undefined || items['enum'] !== undefined;
}

function canShow(widget: string, value: unknown): boolean {
  if (value === undefined || widget === 'json' || widget === 'choice') return true;
  if (widget === 'switch') return typeof value === 'boolean' || value === 0 || value === 1;
  if (widget === 'number') return typeof value === 'number';
  if (['tags', 'list', 'multi-select'].includes(widget)) return Array.isArray(value);
  if (['map', 'object'].includes(widget)) return isJsonObject(value);
  return typeof value === 'string' || typeof value === 'number';
}
