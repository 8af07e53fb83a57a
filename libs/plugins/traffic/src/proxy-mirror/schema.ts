import { choice, definePluginSchema, Type } from '@sluice/schema';

const PORT_MAX = 65_535;

/** What `proxy-mirror` can be told. */
export const proxyMirrorSchema = definePluginSchema({
  name: 'proxy-mirror',
  category: 'traffic',
  priority: 1010,
  phases: ['rewrite', 'before_proxy'],
  title: 'Proxy mirror',
  description: 'Sends copies of requests to another server as well, whose answers nobody sees.',
  config: Type.Object({
    host: Type.String({
      pattern: '^(http(s)?|grpc(s)?):\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?$',
      title: 'Server',
      description: 'Where the copies go: `http://host:port`, also with https, grpc or grpcs.',
    }),
    path: Type.Optional(
      Type.String({
        pattern: '^/[^?&]+$',
        title: 'Path',
        description: 'Path of the copies; that of the request unless given. The query stays.',
      }),
    ),
    path_concat_mode: choice(['replace', 'prefix'], {
      default: 'replace',
      title: 'What the path does',
      description: 'Replaces the path of the request, or is put before it.',
    }),
    sample_ratio: Type.Number({
      default: 1,
      minimum: 0.00001,
      maximum: 1,
      title: 'Share',
      description: 'Which share of the requests is copied, by chance: 1 for all, 0.1 for one of ten.',
    }),
  }),
  extraChecks: ({ host, path = '/' }) => {
    const port = /:(\d+)$/.exec(host)?.[1];
    if (port !== undefined && (Number(port) < 1 || Number(port) > PORT_MAX)) return `invalid port in host: ${port}`;
    // A space or a control character would end the request line early.
    return /[^!-~]|#/.test(path) ? 'path must be percent-encoded' : undefined;
  },
});
