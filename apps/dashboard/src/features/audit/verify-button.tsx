import { Alert, Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import type { ChainReport } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import { useGroup, useMayEverywhere } from '../../scope.ts';
import { Failure } from '../../ui/states.tsx';

/** Reads the whole record and says whether it is what was written. */
export function VerifyButton(): JSX.Element {
  const group = useGroup();
  const isForAll = useMayEverywhere('admin');
  const verifying = useMutation({ mutationFn: () => accessCommands.verify(isForAll ? undefined : group) });
  const isOpen = verifying.isSuccess || verifying.isError;
  return (
    <>
      <Button
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        loading={verifying.isPending}
        onClick={() => verifying.mutate()}
      >
        Verify
      </Button>
      <Modal opened={isOpen} onClose={verifying.reset} title="Is the record whole?" size="lg">
        {verifying.isError && <Failure title="It could not be verified" message={messageOf(verifying.error)} />}
        {verifying.data && <Report report={verifying.data} />}
      </Modal>
    </>
  );
}

const chainWords = { audit: 'Audit trail', revisions: 'Revisions', state: 'Present state' } as const;

function Report({ report }: { readonly report: ChainReport }): JSX.Element {
  return (
    <Stack>
      {report.intact ? (
        <Alert color="teal" variant="light" icon={<IconShieldCheck aria-hidden />} role="status">
          Everything is exactly what was written.
        </Alert>
      ) : (
        <Alert
          color="red"
          variant="light"
          icon={<IconShieldX aria-hidden />}
          role="alert"
          title="Something was changed"
        >
          Find out who can write to the database besides Sluice, and restore a backup from before.
        </Alert>
      )}
      <Table aria-label="Chains">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Record</Table.Th>
            <Table.Th>Group</Table.Th>
            <Table.Th ta="right">Checked</Table.Th>
            <Table.Th>Result</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.chains.map((chain) => (
            <Table.Tr key={`${chain.type} ${chain.group}`}>
              <Table.Td>{chainWords[chain.type] ?? chain.type}</Table.Td>
              <Table.Td>{chain.group ?? '–'}</Table.Td>
              <Table.Td ta="right">{chain.checked}</Table.Td>
              <Table.Td>
                <Group gap="xs">
                  <Badge color={chain.intact ? 'teal' : 'red'}>{chain.intact ? 'whole' : 'broken'}</Badge>
                  {!chain.intact && (
                    <Text size="sm">
                      at {chain.broken_at}: {chain.reason}
                    </Text>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
