import { Alert } from '@mantine/core';
import type { JSX } from 'react';

/** Says that something is stored and does nothing, so that nobody waits for it to work. */
export function NotServedNotice({ warnings = [] }: { readonly warnings?: readonly string[] | undefined }): JSX.Element {
  return (
    <>
      {warnings.map((warning) => (
        <Alert key={warning} mb="md" variant="light" color="orange" title="Not served">
          {warning.slice(0, 1).toUpperCase() + warning.slice(1)}.
        </Alert>
      ))}
    </>
  );
}
