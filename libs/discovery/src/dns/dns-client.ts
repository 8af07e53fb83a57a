import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, TRUNCATED_RESPONSE } from 'dns-packet';
import type { RecordType } from './schema.ts';

/** A record as it is used here. */
export interface FoundRecord {
  /** Address, or name of the server of a service. */
  readonly target: string;
  readonly ttlSeconds: number;
  /** Of SRV records only. */
  readonly service?: { readonly port: number; readonly priority: number; readonly weight: number };
}

/** What a name server said; no records: there are none of that kind. */
export interface DnsAnswer {
  readonly records: readonly FoundRecord[];
  /** The shortest time that any record on the way holds, aliases included. */
  readonly ttlSeconds: number;
}

const usualPort = 53;
const answerBytesMax = 65_535;
/** What a name server may send in one datagram (DNS flag day 2020). */
const datagramBytes = 1232;
const noSuchName = 3;

/** Asks name servers, and unlike Node's own resolver says how long SRV records hold. */
export class DnsClient {
  readonly #servers: readonly { readonly address: string; readonly port: number }[];
  readonly #timeoutMs: number;

  /** `servers` are addresses with or without a port, IPv6 in brackets where there is one. */
  constructor(servers: readonly string[], timeoutMs: number) {
    this.#servers = servers.map(addressOf);
    this.#timeoutMs = timeoutMs;
  }

  /** Asks one server after the other. Rejects where none has answered. */
  async query(name: string, type: RecordType): Promise<DnsAnswer> {
    let failure: unknown = new Error('there is no name server');
    for (const server of this.#servers) {
      try {
        return await this.#ask(server, name, type);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #ask(server: { address: string; port: number }, name: string, type: RecordType): Promise<DnsAnswer> {
    const id = randomInt(65_536);
    const question = encode({
      type: 'query',
      id,
      flags: 0x100,
      questions: [{ type, name }],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: datagramBytes,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    });
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const isOurs = (answer: DecodedPacket): boolean => isAnswerTo(answer, id, name, type);
    const first = await byDatagram(server, question, isOurs, signal);
    const answer = (first.flags ?? 0) & TRUNCATED_RESPONSE ? await byStream(server, question, isOurs, signal) : first;
    return readAnswer(answer, type);
  }
}

function addressOf(server: string): { address: string; port: number } {
  if (isIPv6(server)) return { address: server, port: usualPort };
  const [, bracketed, plain = '', port = usualPort] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
  return { address: bracketed ?? plain, port: Number(port) };
}

/** Anybody can send a datagram: id and question must be those of ours. */
function isAnswerTo(
  { id, questions = [], type: kind }: DecodedPacket,
  ours: number,
  name: string,
  type: string,
): boolean {
  const [question] = questions;
  return kind === 'response' && id === ours && question?.type === type && isSameName(question.name, name);
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase().replace(/\.$/, '') === b.toLowerCase().replace(/\.$/, '');
}

type IsOurs = (answer: DecodedPacket) => boolean;

function byDatagram(
  { address, port }: { address: string; port: number },
  question: Buffer,
  isOurs: IsOurs,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>();
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.on('error', reject);
  socket.on('message', (bytes) => {
    const answer = decoded(bytes);
    if (answer && isOurs(answer)) resolve(answer);
  });
  signal.addEventListener('abort', () => reject(new Error(`the name server ${address} does not answer`)));
  socket.once('connect', () => socket.send(question, (error) => error && reject(error)));
  // Only what comes from there is taken, and a closed port is noticed at once.
  socket.connect(port, address);
  return promise.finally(() => socket.close());
}

function byStream(
  { address, port }: { address: string; port: number },
  question: Buffer,
  isOurs: IsOurs,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>();
  const socket = connect({ host: address, port, signal });
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', reject).on('close', () => reject(new Error(`the name server ${address} broke off`)));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const length = received.length < 2 ? answerBytesMax : received.readUInt16BE(0);
    if (received.length < length + 2) return;
    const answer = decoded(received.subarray(2, length + 2));
    if (answer && isOurs(answer)) resolve(answer);
    else reject(new Error(`the name server ${address} answers something else`));
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(question.length);
  socket.write(Buffer.concat([length, question]));
  return promise.finally(() => socket.destroy());
}

function decoded(bytes: Buffer): DecodedPacket | null {
  try {
    return decode(bytes);
  } catch {
    // Not DNS; whoever it was, the right answer may still come.
    return null;
  }
}

function readAnswer({ flags = 0, answers = [] }: DecodedPacket, type: RecordType): DnsAnswer {
  const code = flags & 15;
  if (code !== 0 && code !== noSuchName) throw new Error(`the name server answers with the error ${code}`);
  const used = answers.filter((answer) => answer.type === type || answer.type === 'CNAME');
  const records = used.flatMap((answer) => recordOf(answer, type));
  const ttlSeconds = Math.min(...used.map((answer) => ('ttl' in answer ? (answer.ttl ?? 0) : 0)));
  return { records, ttlSeconds: Number.isFinite(ttlSeconds) ? ttlSeconds : 0 };
}

function recordOf(answer: Answer, type: RecordType): FoundRecord[] {
  if (answer.type !== type) return [];
  const { ttl: ttlSeconds = 0 } = answer;
  if (answer.type !== 'SRV') return [{ target: answer.data as string, ttlSeconds }];
  const { target, port, priority = 0, weight = 0 } = answer.data;
  return [{ target, ttlSeconds, service: { port, priority, weight } }];
}
