import type { BuiltinWidget } from '../fields.ts';
import type { Widget } from '../form-context.ts';
import { MultiSelectWidget, SelectWidget, SwitchWidget, TagsWidget } from './choice-widgets.tsx';
import { JsonWidget } from './json-widget.tsx';
import { ListWidget } from './list-widget.tsx';
import { MapWidget } from './map-widget.tsx';
import { ObjectWidget } from './object-widget.tsx';
import { SecretWidget } from './secret-widget.tsx';
import { LongTextWidget, NumberWidget, TextOrNumberWidget, TextWidget } from './text-widgets.tsx';
import { VariantWidget } from './variant-widget.tsx';

/** A widget for each way of editing that a schema can ask for by its type. */
export const builtinWidgets: Readonly<Record<BuiltinWidget, Widget>> = {
  text: TextWidget,
  'long-text': LongTextWidget,
  'text-or-number': TextOrNumberWidget,
  number: NumberWidget,
  secret: SecretWidget,
  switch: SwitchWidget,
  select: SelectWidget,
  'multi-select': MultiSelectWidget,
  tags: TagsWidget,
  list: ListWidget,
  map: MapWidget,
  object: ObjectWidget,
  choice: VariantWidget,
  json: JsonWidget,
};
