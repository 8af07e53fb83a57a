import { createContext, type ComponentType, type ExoticComponent, use } from 'react';
import type { Issue } from '../api/errors.ts';
import type { Field } from './fields.ts';
import type { Accepts } from './schema.ts';

/** What every widget is given. `onChange(undefined)` takes the value out. */
export interface WidgetProps {
  readonly field: Field;
  /** Where the value stands in the whole of the form. */
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: unknown) => void;
  /** What is wrong with the value itself, not with a part of it. */
  readonly error: string | undefined;
  /** Why the field cannot be used now; undefined where it can. */
  readonly blocked: string | undefined;
}

/** A way of editing one value. */
export type Widget = ComponentType<WidgetProps> | ExoticComponent<WidgetProps>;

/** What the fields of one form share. */
export interface FormScope {
  readonly issues: readonly Issue[];
  readonly accepts: Accepts;
  /** Widgets beyond the built-in ones, by the name that schemas and screens use. */
  readonly widgets: Readonly<Record<string, Widget>>;
  /** Pointer → name of the widget that a screen chose for it. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly isSecret: (pointer: string) => boolean;
  /** Where a link of the issue summary leads; sections on the way open. */
  readonly target: string | undefined;
}

/** The scope of the form around a widget. */
export const FormScopeContext = createContext<FormScope | undefined>(undefined);

/** The scope of the form around a widget; a widget outside a form is a mistake of ours. */
export function useFormScope(): FormScope {
  const scope = use(FormScopeContext);
  if (!scope) throw new Error('A form field was rendered outside a form.');
  return scope;
}

/** The id of the element that an issue at this pointer leads to. */
export function fieldElementId(pointer: string): string {
  return `field${pointer.replaceAll(/[^a-zA-Z0-9/_-]/g, '.') || '/'}`;
}
