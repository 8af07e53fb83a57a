import { type Bench, type BenchCase, folderFor, type Table } from '../bench.ts';
import { bare, type BenchResource, keyed, type Workload } from '../configuration/resources.ts';
import { consumerSet } from '../configuration/consumer-set.ts';
import { scaleSet } from '../configuration/scale-set.ts';
import { type Certificate, makeCertificate } from '../contestants/certificate.ts';
import { type DataPlane, startDataPlane } from '../contestants/data-plane.ts';
import { Feed } from '../contestants/feed.ts';
import { downloadPath, startNginxProxy, uploadPath } from '../contestants/servers.ts';
import { compare } from '../measure/compare.ts';
import type { LoadTarget } from '../measure/saturate.ts';

const mebibyte = 1024 * 1024;

/** The cases that proxy requests, each beside nginx. */
export const proxyingCases: readonly BenchCase[] = [
  {
    name: 'bare',
    description: 'one route without plugins, 1 KiB answers',
    run: (bench) => beside(bench, 'bare', { workloads: { '': bare(bench.upstream.nodes) }, steadily: true }),
  },
  {
    name: 'keyed',
    description: 'one route with key-auth and limit-count',
    run: (bench) => beside(bench, 'keyed', { workloads: { '': keyed(bench.upstream.nodes) }, steadily: true }),
  },
  {
    name: 'tls',
    description: 'as bare, through an HTTPS listener',
    run: async (bench) => {
      const certificate = await makeCertificate(folderFor(bench, 'certificate'));
      return beside(bench, 'tls', { workloads: { '': bare(bench.upstream.nodes) }, steadily: true, certificate });
    },
  },
  {
    name: 'download',
    description: 'answers of 1 MiB',
    run: (bench) =>
      beside(bench, 'download', { workloads: { '': bare(bench.upstream.nodes, downloadPath) }, connections: 16 }),
  },
  {
    name: 'upload',
    description: 'requests of 1 MiB',
    run: (bench) => beside(bench, 'upload', { workloads: { '': uploads(bench) }, connections: 16 }),
  },
  {
    name: 'consumers',
    description: 'key-auth with 1, 1,000 and 100,000 consumers',
    run: (bench) =>
      beside(bench, 'consumers', {
        workloads: {
          '1 consumer': consumerSet(1, bench.upstream.nodes),
          '1,000 consumers': consumerSet(1_000, bench.upstream.nodes),
          '100,000 consumers': consumerSet(100_000, bench.upstream.nodes),
        },
        against: '1,000 consumers',
      }),
  },
  {
    name: 'scale',
    description: 'the scale set with 1, 1,000, 10,000 and 100,000 routes',
    run: (bench) =>
      beside(bench, 'scale', {
        workloads: {
          '1 route': scaleSet(1, bench.upstream.nodes),
          '1,000 routes': scaleSet(1_000, bench.upstream.nodes),
          '10,000 routes': scaleSet(10_000, bench.upstream.nodes),
          '100,000 routes': scaleSet(100_000, bench.upstream.nodes),
        },
        env: { SLUICE_ROUTER: 'radixtree_uri_with_parameter' },
        against: '1,000 routes',
      }),
  },
];

interface Setup {
  /** By what tells them apart; every build serves each. */
  readonly workloads: Readonly<Record<string, Workload>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly connections?: number;
  readonly steadily?: boolean;
  readonly against?: string;
  /** With it, everything goes through TLS. */
  readonly certificate?: Certificate;
}

function uploads(bench: Bench): Workload {
  const { resources } = bare(bench.upstream.nodes);
  return { resources, requests: [{ method: 'POST', path: uploadPath, headers: {}, bodyBytes: mebibyte }] };
}

function sslOf(certificate: Certificate | undefined): BenchResource[] {
  if (!certificate) return [];
  const { cert, key } = certificate;
  return [{ kind: 'ssl', id: 'bench', value: { id: 'bench', snis: ['localhost'], cert, key } }];
}

/** Every build with every workload, and nginx with the requests of the last one, all running at the same time. */
async function beside(bench: Bench, name: string, setup: Setup): Promise<Table> {
  await using stack = new AsyncDisposableStack();
  const { certificate, connections, steadily, against } = setup;
  const workloads = Object.entries(setup.workloads);
  const nginx = stack.use(await startNginxProxy(folderFor(bench, name), bench.upstream.nodes[0], certificate));
  const targets: LoadTarget[] = [{ ...nginx, name: 'nginx', requests: workloads.at(-1)?.[1].requests ?? [] }];
  for (const build of bench.builds) {
    for (const [label, workload] of workloads) {
      const target = `${build.name} ${label}`.trim();
      bench.note(`${target}: starting`);
      const feed = stack.use(await Feed.start([...workload.resources, ...sslOf(certificate)]));
      const directory = folderFor(bench, name, targets.length);
      const options = { build, directory, controlPlane: feed.address, ...(setup.env && { env: setup.env }) };
      const dataPlane: DataPlane = stack.use(await startDataPlane(options));
      const url = certificate ? dataPlane.secureUrl : dataPlane.url;
      targets.push({ name: target, url, pid: dataPlane.pid, requests: workload.requests });
    }
  }
  const [build] = bench.builds;
  // Awaited here: the processes end with this function.
  return await compare(bench, {
    title: name,
    targets,
    ...(connections !== undefined && { connections }),
    ...(steadily !== undefined && { steadily }),
    ...(against !== undefined && { alsoAgainst: `${build?.name} ${against}` }),
  });
}
