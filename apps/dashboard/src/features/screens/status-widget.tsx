import type { JSX } from 'react';
import type { WidgetProps } from '../../schema-form/form-context.ts';
import { SwitchWidget } from '../../schema-form/widgets/choice-widgets.tsx';

const description = 'On: serves requests. Off: takes the route out without deleting it.';

/** A route's status in the words of a switch; the schema speaks of the numbers on the wire. */
export function StatusWidget(props: WidgetProps): JSX.Element {
  return <SwitchWidget {...props} field={{ ...props.field, description }} />;
}
