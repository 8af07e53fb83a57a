import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { JSX, Ref } from 'react';
import type { Issue } from '../../api/errors.ts';
import type { Kind } from '../../api/types.ts';
import { describePointer } from '../../schema-form/issues.ts';
import { useCatalogue } from '../../scope.ts';
import { withPluginFields } from './kind-shape.ts';

interface IssueSummaryProps {
  readonly kind: Kind;
  readonly issues: readonly Issue[];
  readonly onGoTo: (pointer: string) => void;
  readonly ref: Ref<HTMLDivElement>;
}

/** Everything that stands in the way of saving, each a link to its field. */
export function IssueSummary({ kind, issues, onGoTo, ref }: IssueSummaryProps): JSX.Element | null {
  const { plugins } = useCatalogue();
  if (issues.length === 0) return null;
  const schema = withPluginFields(kind, plugins);
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={issues.length === 1 ? 'One thing needs your attention' : `${issues.length} things need your attention`}
    >
      <List size="sm" spacing={4} listStyleType="none" pl={0}>
        {issues.map(({ path, message }) => (
          <List.Item key={`${path} ${message}`}>
            {path === '' ? (
              <Text size="sm">{message}</Text>
            ) : (
              <>
                <Anchor component="button" type="button" size="sm" onClick={() => onGoTo(path)}>
                  {describePointer(schema, path)}
                </Anchor>
                : {message}
              </>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
