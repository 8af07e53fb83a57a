import { Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { type ExportOptions, transferCommands } from '../../api/transfer-commands.ts';
import { useGroup, useMay } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';

const formats = [
  { value: 'yaml', label: 'YAML' },
  { value: 'json', label: 'JSON' },
];
const withoutSecrets = { value: 'redacted', label: 'Left out' };
const withSecrets = { value: 'encrypted', label: 'Encrypted' };

/** The state of the group as a file that differs only where the configuration does. */
export function ExportPanel(): JSX.Element {
  const group = useGroup();
  const maySeal = useMay('admin');
  const [options, setOptions] = useState<ExportOptions>({ format: 'yaml', secrets: 'redacted' });
  return (
    <Panel title="Export">
      <Stack>
        <Text size="sm">
          The same state always exports to the same bytes, so that a file in git changes only when the configuration
          does.
        </Text>
        <Group align="flex-end" gap="sm">
          <Select
            label="Format"
            w={130}
            allowDeselect={false}
            data={formats}
            value={options.format}
            onChange={(format) => setOptions({ ...options, format: format as ExportOptions['format'] })}
          />
          <Select
            label="Secrets"
            w={150}
            allowDeselect={false}
            data={maySeal ? [withoutSecrets, withSecrets] : [withoutSecrets]}
            value={options.secrets}
            onChange={(secrets) => setOptions({ ...options, secrets: secrets as ExportOptions['secrets'] })}
          />
          <NumberInput
            label="Revision"
            w={140}
            min={1}
            allowDecimal={false}
            placeholder="The newest"
            value={options.revision ?? ''}
            onChange={(next) => setOptions({ ...options, revision: typeof next === 'number' ? next : undefined })}
          />
          <Button
            component="a"
            href={transferCommands.exportUrl(group, options)}
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Download
          </Button>
        </Group>
        {options.secrets === 'encrypted' && (
          <Text size="sm" c="dimmed">
            An installation with the same key ring can import them. The download is written to the audit trail.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
