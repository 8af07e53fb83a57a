import { Stack } from '@mantine/core';
import type { JSX } from 'react';
import { useMay } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ImportPanel } from './import-panel.tsx';

/** What goes in and out of a group as a whole. */
export function TransferPage(): JSX.Element {
  const mayImport = useMay('editor');
  return (
    <>
      <PageHeader
        title={mayImport ? 'Import & export' : 'Export'}
        description="The whole configuration of the group as one document, for git, for another installation, or from another gateway."
      />
      <Stack gap="lg">
        <ExportPanel />
        {mayImport && <ImportPanel />}
      </Stack>
    </>
  );
}
