import { choice, definePluginSchema, Type } from '@sluice/schema';
import { headerName, headerNameDifference } from '../shared/header-name.schema.ts';

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIGKLMNOPQRSTUVWXYZ0123456789';

/** What `request-id` can be told. */
export const requestIdSchema = definePluginSchema({
  name: 'request-id',
  category: 'traffic',
  priority: 12_015,
  phases: ['rewrite', 'header_filter'],
  title: 'Request id',
  description: 'Gives every request an id that upstream, client and logs share.',
  differences: {
    header_name: headerNameDifference,
    'range_id.char_set': 'Only what may stand in a header.',
    'range_id.length': 'A longer id would not fit the limits of other servers for a header.',
  },
  config: Type.Object({
    header_name: Type.String({
      default: 'X-Request-Id',
      minLength: 1,
      ...headerName,
      title: 'Header',
      description: 'Header that carries the id. An id that the client sends is kept.',
    }),
    include_in_response: Type.Boolean({
      default: true,
      title: 'Tell the client',
      description: 'Puts the id into the response as well, unless the upstream has set the header itself.',
    }),
    algorithm: choice(['uuid', 'nanoid', 'range_id', 'ksuid', 'uuidv7'], {
      default: 'uuid',
      title: 'Form',
      description: '`uuidv7` and `ksuid` sort by time; `range_id` takes letters and length of your choice.',
    }),
    range_id: Type.Object(
      {
        length: Type.Integer({
          default: 16,
          minimum: 6,
          maximum: 1024,
          title: 'Length',
          description: 'How many characters an id has.',
        }),
        char_set: Type.String({
          default: CHARACTERS,
          minLength: 6,
          pattern: '^[!-~]+$',
          title: 'Characters',
          description: 'The characters that an id is made of, without spaces.',
        }),
      },
      {
        default: { length: 16, char_set: CHARACTERS },
        title: 'Letters and length',
        description: 'What an id of the form `range_id` looks like.',
      },
    ),
  }),
});
