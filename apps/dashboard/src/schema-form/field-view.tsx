import { Box } from '@mantine/core';
import { redacted } from '@sluice/schema';
import { type JSX, memo } from 'react';
import { fieldElementId, type FormScope, useFormScope, type Widget, type WidgetProps } from './form-context.ts';
import { type BuiltinWidget, type Field, widgetOf } from './fields.ts';
import { useLatest } from './stable.ts';
import { builtinWidgets } from './widgets/builtin-widgets.ts';

type FieldViewProps = Omit<WidgetProps, 'error' | 'blocked'> & { readonly blocked?: string | undefined };

/** One field of a form, with the widget that its screen, its schema or its type asks for. */
export function FieldView({ field, pointer, value, onChange, blocked }: FieldViewProps): JSX.Element {
  const scope = useFormScope();
  // What is hidden is a secret, whoever said so.
  const widget = value === redacted ? builtinWidgets.secret : widgetFor(field, pointer, scope);
  const error = scope.issues.find(({ path }) => path === pointer)?.message;
  const change = useLatest(onChange);
  return (
    <Box id={fieldElementId(pointer)} style={{ scrollMarginTop: 96 }}>
      <Drawn {...{ widget, field, pointer, value, error, blocked }} onChange={change} />
    </Box>
  );
}

interface DrawnProps extends WidgetProps {
  readonly widget: Widget;
}

/** A key that is pressed in one field draws that field: a form may have hundreds. */
const Drawn = memo(({ widget: FieldWidget, ...props }: DrawnProps) => <FieldWidget {...props} />, isSame);
Drawn.displayName = 'Drawn';

function isSame({ field, ...one }: DrawnProps, { field: other, ...two }: DrawnProps): boolean {
  return haveSame(field, other) && haveSame(one, two);
}

function haveSame<T extends object>(one: T, two: T): boolean {
  const keys = Object.keys({ ...one, ...two }) as (keyof T)[];
  return keys.every((key) => Object.is(one[key], two[key]));
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
