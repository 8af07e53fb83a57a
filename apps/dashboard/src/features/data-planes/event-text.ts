import type { InstanceEvent } from '../../api/types.ts';

/** What happened, up to the number of the revision that it is about. */
export function eventText(event: InstanceEvent): string {
  switch (event.type) {
    case 'ack':
      return event.revision ? 'Serves' : 'Serves the empty configuration';
    case 'nack':
      return 'Refused';
    case 'connected':
      return `Connected, version ${event.detail.version}${event.revision ? ', serving' : ', serving nothing yet'}`;
    case 'status':
      return event.detail.reason
        ? `Became ${event.detail.status}: ${event.detail.reason}`
        : `Became ${event.detail.status}`;
  }
}
