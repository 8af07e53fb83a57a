import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

type Ports<N extends number> = number extends N ? number[] : { [K in N]: [number, number, number, number, number] }[N];

/** Ports on loopback that were free a moment ago, for processes that have to be told theirs. All of them differ. */
export async function freePorts<N extends number>(count: N): Promise<Ports<N>> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => probe.listening || once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  for (const probe of probes) probe.close();
  await Promise.all(probes.map((probe) => once(probe, 'close')));
  return ports as Ports<N>;
}

/** One port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0];
}
