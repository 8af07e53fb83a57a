import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { LoadRequest } from './saturate.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends one request and reads its answer; anything but 2xx throws. */
export async function ask(url: string, { method, path, headers }: LoadRequest): Promise<void> {
  const req = request(url + path, { method, headers, agent });
  req.end();
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) throw new Error(`${method} ${path} was answered with ${statusCode}.`);
}
