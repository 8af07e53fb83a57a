import { Stack, Text } from '@mantine/core';
import { isJsonObject } from '@sluice/schema';
import { type JSX, Suspense, use, useEffect, useMemo } from 'react';
import type { Kind } from '../../api/types.ts';
import { fieldElementId, type Widget } from '../../schema-form/form-context.ts';
import { ObjectFields } from '../../schema-form/object-fields.tsx';
import { SchemaFormScope } from '../../schema-form/schema-form.tsx';
import { useSame } from '../../schema-form/stable.ts';
import { useCatalogue } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { LoadingRows } from '../../ui/states.tsx';
import { managedFields } from './draft.ts';
import { withPluginChoice } from './kind-shape.ts';
import { offeredSchema, refusedIn } from './offered.ts';
import { referenceTo } from './reference-widget.tsx';
import { ScreenCatalogueContext, useScreen } from './screen.ts';
import { sectionsOf } from './sections.ts';
import type { EditorState } from './use-editor.ts';

const none: readonly string[] = [];

interface FormTabProps {
  readonly editor: EditorState;
  /** Where a link of the issue summary leads. */
  readonly target: string | undefined;
}

/** The draft as a form, in the sections of the kind's screen. */
export function FormTab({ editor, target }: FormTabProps): JSX.Element {
  const kind = useShape(editor);
  const screen = useScreen(kind);
  const { widgets, chosen } = useWidgets(kind);
  const { draft, issues, set } = editor;
  useFocus(target);

  const refused = useSame(refusedIn(kind, draft));
  const schema = useMemo(() => offeredSchema(kind, refused), [kind, refused]);
  const properties = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  // An id is chosen once; on an existing resource it is the address.
  const hidden = [
    ...managedFields,
    ...(editor.base ? ['id', kind.id_field] : []),
    ...(kind.id_field === 'id' ? [] : ['id']),
  ];
  const identity = !editor.base && !hidden.includes(kind.id_field) ? [kind.id_field] : [];
  const sections = sectionsOf(screen, properties, [...hidden, ...identity]);
  const [first = { title: 'General', keys: [] }, ...others] = sections;
  return (
    <SchemaFormScope issues={issues} widgets={widgets} chosen={chosen} secrets={kind.secrets ?? none} target={target}>
      <Suspense fallback={<LoadingRows />}>
        <Stack gap="lg">
          {[{ ...first, keys: [...identity, ...first.keys] }, ...others].map(({ title, keys }) => (
            <Panel key={title} title={title}>
              <Stack gap="md">
                <ObjectFields schema={schema} pointer="" value={draft} onChange={set} only={keys} />
              </Stack>
            </Panel>
          ))}
          {kind.schema['additionalProperties'] === true && (
            <Text size="sm" c="dimmed">
              What else {kind.label} says depends on its plugin: write it as JSON.
            </Text>
          )}
        </Stack>
      </Suspense>
    </SchemaFormScope>
  );
}

/** The kind as this draft has it. */
function useShape({ base, shape }: EditorState): Kind {
  const { plugins } = useCatalogue();
  return useMemo(() => (base ? shape : withPluginChoice(shape, plugins)), [base, shape, plugins]);
}

/** The widgets of the screen, and a picker for every field that points to a kind which the control plane knows. */
function useWidgets(kind: Kind): {
  widgets: Readonly<Record<string, Widget>>;
  chosen: Readonly<Record<string, string>>;
} {
  const { kinds } = useCatalogue();
  const catalogue = use(ScreenCatalogueContext);
  const screen = useScreen(kind);
  return useMemo(() => {
    const targets = Object.entries(kind.references).flatMap(([field, name]) => {
      const target = kinds.find((known) => known.name === name);
      return target ? [{ pointer: `/${field.replaceAll('.', '/')}`, widget: `reference-${name}`, target }] : [];
    });
    const pluginsWidget = kind.plugin_door === null ? {} : { '/plugins': 'plugins' };
    return {
      widgets: {
        ...catalogue.widgets,
        ...Object.fromEntries(targets.map((at) => [at.widget, referenceTo(at.target)])),
      },
      chosen: {
        ...pluginsWidget,
        ...Object.fromEntries(targets.map((at) => [at.pointer, at.widget])),
        ...screen.widgets,
      },
    };
  }, [kind, kinds, catalogue, screen]);
}

/** Follows a link of the issue summary once the sections on the way have opened. */
function useFocus(target: string | undefined): void {
  useEffect(() => {
    if (target === undefined) return;
    const field = document.getElementById(fieldElementId(target));
    field?.scrollIntoView({ block: 'center' });
    field?.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true });
  }, [target]);
}
