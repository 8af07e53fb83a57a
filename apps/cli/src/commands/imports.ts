import { type Command, type Context, defineCommand, type Option } from '../command.ts';
import { readDocuments, readInput } from '../input.ts';
import { groupPath } from '../kind-argument.ts';
import { changesText } from '../output/changes.ts';
import { keyOf } from './resources.ts';
import {
  confirmOption,
  draftOption,
  dryRunOption,
  expectedHeadOption,
  forceOption,
  messageOption,
  numberOption,
  pruneOptions,
  writeFields,
  writeQuery,
} from './options.ts';

const importOptions: readonly Option[] = [
  { name: 'skip-invalid', description: 'Leave out, and name, what this installation cannot take' },
  ...pruneOptions,
  expectedHeadOption,
  messageOption,
  dryRunOption,
  draftOption,
  forceOption,
  confirmOption,
];

const fileArgument = { name: 'FILE', description: 'File to read; `-` is the standard input' };

async function importFrom({ client, group, given, print }: Context, source: object): Promise<void> {
  const body = { source, ...writeFields(given), ...(given.has('skip-invalid') && { skip_invalid: true }) };
  const answer = await client.post(groupPath(group, '/imports'), body, writeQuery(given));
  await print.told(answer, changesText(answer));
}

/** Imports of a file differ in what the file is. */
function fileImport(type: string, summary: string, more: Partial<Command> = {}): Command {
  return defineCommand({
    words: ['import', type],
    summary,
    arguments: [fileArgument],
    options: importOptions,
    examples: [[`import ${type} ${type}.yaml --dry-run`, 'what would come of it, with a report of what would be lost']],
    async run(context) {
      await importFrom(context, { type, text: await readInput(context.given.argument('FILE'), context.io) });
    },
    ...more,
  });
}

const openapi = fileImport('openapi', 'Make routes of an OpenAPI 3 document', {
  options: [
    { name: 'server', value: 'URL', description: 'Upstream, instead of the servers that the document names' },
    { name: 'prefix', value: 'PATH', description: 'Path in front of all routes here' },
    { name: 'host', value: 'HOST', description: 'Host of all routes', isRepeated: true },
    { name: 'service', value: 'ID', description: 'A service that is there, instead of a new one' },
    { name: 'upstream', value: 'ID', description: 'An upstream that is there' },
    { name: 'validate-requests', description: 'Check requests against the schemas of the document' },
    ...importOptions,
  ],
  examples: [
    ['import openapi pets.yaml --prefix /pets', 'routes below /pets'],
    ['import openapi pets.json --server http://10.0.0.5:8080 --dry-run', 'what would come of it'],
  ],
  async run(context) {
    const { given, io } = context;
    const said = {
      server: given.option('server'),
      prefix: given.option('prefix'),
      service_id: given.option('service'),
      upstream_id: given.option('upstream'),
      hosts: given.options('host').length > 0 ? given.options('host') : undefined,
      validate_requests: given.has('validate-requests') || undefined,
    };
    await importFrom(context, { type: 'openapi', text: await readInput(given.argument('FILE'), io), ...said });
  },
});

const apisix = defineCommand({
  words: ['import', 'apisix'],
  summary: 'Import what an APISIX has, by its Admin API',
  description:
    'The control plane fetches it; that takes an admin. The key is read from APISIX_KEY unless --key says it.',
  arguments: [{ name: 'URL', description: 'Its Admin API, such as http://127.0.0.1:9180/apisix/admin' }],
  options: [{ name: 'key', value: 'KEY', description: 'Its admin key' }, ...importOptions],
  examples: [['import apisix http://10.0.0.2:9180/apisix/admin --skip-invalid --dry-run', 'what would come along']],
  async run(context) {
    const { given, io } = context;
    const key = given.option('key') ?? io.env['APISIX_KEY'];
    await importFrom(context, { type: 'apisix', url: given.argument('URL'), ...(key !== undefined && { key }) });
  },
});

const etcd = defineCommand({
  words: ['import', 'etcd'],
  summary: 'Import what an APISIX has stored in etcd',
  description:
    'The control plane fetches it; that takes an admin. Passwords are read from ETCD_PASSWORD, key rings from APISIX_KEYRING.',
  arguments: [
    { name: 'ENDPOINT', description: 'Servers of the etcd, such as http://127.0.0.1:2379', isRepeated: true },
  ],
  options: [
    { name: 'prefix', value: 'PREFIX', description: 'Where it is stored; /apisix without it' },
    { name: 'user', value: 'NAME', description: 'Who signs in' },
    { name: 'keyring', value: 'KEY', description: 'Key that encrypted secrets, 16 characters', isRepeated: true },
    ...importOptions,
  ],
  examples: [['import etcd http://10.0.0.3:2379 --prefix /apisix --dry-run', 'what would come along']],
  async run(context) {
    const { given, io } = context;
    const ring =
      given.options('keyring').length > 0 ? given.options('keyring') : (io.env['APISIX_KEYRING']?.split(',') ?? []);
    const user = given.option('user');
    await importFrom(context, {
      type: 'etcd',
      endpoints: given.rest('ENDPOINT'),
      prefix: given.option('prefix'),
      ...(user !== undefined && { user, password: io.env['ETCD_PASSWORD'] ?? '' }),
      ...(ring.length > 0 && { keyring: ring }),
    });
  },
});

const promote = defineCommand({
  words: ['promote'],
  summary: 'Copy the state of another group into this one, as one revision',
  options: [
    { name: 'from', value: 'GROUP', description: 'Group to copy from' },
    { name: 'revision', value: 'N', description: 'Its state after this revision; the newest without it' },
    { name: 'select', value: 'KIND/ID', description: 'Only this resource', isRepeated: true },
    { name: 'include-references', description: 'With what the selection refers to' },
    ...pruneOptions,
    expectedHeadOption,
    messageOption,
    dryRunOption,
    draftOption,
    forceOption,
    confirmOption,
  ],
  examples: [
    ['promote --from staging -g prod --prune --dry-run', 'what would change in prod'],
    ['promote --from staging -g prod --select route/orders --include-references', 'one route with what it needs'],
  ],
  async run({ client, group, given, print }) {
    const selection = given.options('select').map(keyOf);
    const revision = numberOption(given, 'revision');
    const body = {
      from: given.option('from') ?? '',
      ...writeFields(given),
      ...(revision !== undefined && { revision }),
      ...(selection.length > 0 && { selection }),
      ...(given.has('include-references') && { include_references: true }),
    };
    const answer = await client.post(groupPath(group, '/promotions'), body, writeQuery(given));
    await print.told(answer, changesText(answer));
  },
});

/** Configuration from elsewhere. */
export const importCommands = [
  fileImport('document', 'Import an export, or a standalone file of APISIX', {
    description: 'Variables `${{NAME}}` are filled in from the environment.',
    async run(context) {
      const document = await readDocuments([context.given.argument('FILE')], context.io);
      await importFrom(context, { type: 'document', text: JSON.stringify(document) });
    },
  }),
  fileImport('kong', 'Import a declarative configuration of Kong'),
  openapi,
  apisix,
  etcd,
  promote,
];
