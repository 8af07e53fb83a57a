import { Stack } from '@mantine/core';
import { checkAll } from '@sluice/schema';
import { type JSX, type ReactNode, useMemo } from 'react';
import type { Issue } from '../api/errors.ts';
import { FoldedFields } from './folded-fields.tsx';
import { FormScopeContext, type FormScope, type Widget } from './form-context.ts';
import type { Accepts, Schema } from './schema.ts';
import { isSecretField } from './secret-fields.ts';
import { useSame } from './stable.ts';

const accepts: Accepts = (schema, value) => checkAll(schema, value).length === 0;
const none: Readonly<Record<string, never>> = {};
const noSecrets: readonly string[] = [];

/** What a form needs to know beside its schema; all of it may be left out. */
export interface FormOptions {
  readonly widgets?: Readonly<Record<string, Widget>>;
  readonly chosen?: Readonly<Record<string, string>>;
  /** Dotted patterns of secret fields. */
  readonly secrets?: readonly string[];
  readonly target?: string | undefined;
}

interface SchemaFormScopeProps extends FormOptions {
  readonly issues: readonly Issue[];
  readonly children: ReactNode;
}

/** What the fields of a form share, the same for as long as it says the same; for forms that lay out their fields themselves. */
export function SchemaFormScope({ children, ...options }: SchemaFormScopeProps): JSX.Element {
  const { widgets = none, chosen = none, secrets = noSecrets, target } = options;
  const issues = useSame(options.issues);
  const scope = useMemo(
    (): FormScope => ({
      issues,
      accepts,
      widgets,
      chosen,
      target,
      isSecret: (pointer) => isSecretField(pointer, secrets),
    }),
    [issues, widgets, chosen, secrets, target],
  );
  return <FormScopeContext value={scope}>{children}</FormScopeContext>;
}

interface SchemaFormProps extends FormOptions {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (next: Record<string, unknown>) => void;
  readonly issues: readonly Issue[];
}

/**
 * A form for a value of a schema, its fields in the schema's order; of very many, those that matter first. Fields that the
 * schema does not know are kept.
 */
export function SchemaForm({ schema, value, onChange, issues, ...options }: SchemaFormProps): JSX.Element {
  return (
    <SchemaFormScope issues={issues} {...options}>
      <Stack gap="md">
        <FoldedFields schema={schema} pointer="" value={value} onChange={onChange} from={20} first={6} />
      </Stack>
    </SchemaFormScope>
  );
}
