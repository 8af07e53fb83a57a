import { Box } from '@mantine/core';
import { redacted } from '@sluice/schema';
import type { ComponentProps, JSX } from 'react';
import { fieldElementId, type FormScope, useFormScope, type Widget, type WidgetProps } from './form-context.ts';
import { type BuiltinWidget, type Field, widgetOf } from './fields.ts';
import { builtinWidgets } from './widgets/builtin-widgets.ts';

type FieldViewProps = Omit<WidgetProps, 'error' | 'blocked'> & { readonly blocked?: string | undefined };

/** One field of a form, with the widget that its screen, its schema or its type asks for. */
export function FieldView({ field, pointer, value, onChange, blocked }: FieldViewProps): JSX.Element {
  const scope = useFormScope();
  // What is hidden is a secret, whoever said so.
  const FieldWidget = value === redacted ? builtinWidgets.secret : widgetFor(field, pointer, scope);
  const error = scope.issues.find(({ path }) => path === pointer)?.message;
  const props: ComponentProps<Widget> = { field, pointer, value, onChange, error, blocked };
  return (
    <Box id={fieldElementId(pointer)} style={{ scrollMarginTop: 96 }}>
      <FieldWidget {...props} />
    </Box>
  );
}

/** A screen knows best, then the schema, then the type; a secret is one however it is typed. */
function widgetFor(field: Field, pointer: string, { widgets, chosen, isSecret }: FormScope): Widget {
  for (const name of [chosen[pointer], field.schema['x-widget']]) {
    const custom = name === undefined ? undefined : widgets[name];
    if (custom) return custom;
  }
  const byType = isBuiltin(field.schema['x-widget']) ? field.schema['x-widget'] : widgetOf(field.schema);
  // Of a list of secrets, each item is one.
  return isSecret(pointer) && byType !== 'list' ? builtinWidgets.secret : builtinWidgets[byType];
}

function isBuiltin(name: string | undefined): name is BuiltinWidget {
  return name !== undefined && Object.hasOwn(builtinWidgets, name);
}
