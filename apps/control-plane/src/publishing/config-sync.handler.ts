import { Inject, Injectable, Logger } from '@nestjs/common';
import { Metadata, status } from '@grpc/grpc-js';
import type { DataPlaneStream, FromDataPlane, HelloMessage } from '@sluice/sync/grpc';
import { type InstanceConnection, InstanceRegistry } from '../instances/instance-registry.ts';
import { Admission, type Claim } from '../join-tokens/admission.ts';
import { DataPlaneLink } from './data-plane-link.ts';
import { FeedDatabase } from './feed-database.ts';
import { greet, helloProblem } from './hello.ts';
import { RevisionFeed } from './revision-feed.ts';

const HELLO_WITHIN_MS = 10_000;

/** One answer for every reason: whoever guesses learns nothing. */
const notAdmitted = 'the join token is unknown, expired, revoked, or of another group';

/** A stream that has said hello. */
interface Connected {
  /** Undefined where the data plane takes its configuration from elsewhere, and only reports. */
  readonly link: DataPlaneLink | undefined;
  readonly instance: InstanceConnection;
  /** Stops waiting for the moment when the data plane is not wanted any more. */
  readonly unwatch: () => void;
}

/** Serves the streams of data planes: hello first, then configuration down, answers and reports up. */
@Injectable()
export class ConfigSyncHandler {
  readonly #streams = new Map<DataPlaneStream, Connected | undefined>();
  /** The stream of each data plane; a second one of the same name takes over. */
  readonly #byInstance = new Map<string, DataPlaneStream>();
  readonly #log = new Logger('publishing');

  constructor(
    @Inject(FeedDatabase) private readonly database: FeedDatabase,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
    @Inject(InstanceRegistry) private readonly instances: InstanceRegistry,
    @Inject(Admission) private readonly admission: Admission,
  ) {}

  /** Takes in a stream that was just opened. */
  connect(stream: DataPlaneStream): void {
    const claim = this.admission.claimOf(stream);
    if (!claim) return refuse(stream, status.UNAUTHENTICATED, 'a join token or a certificate is needed');
    this.#streams.set(stream, undefined);
    const impatience = setTimeout(() => refuse(stream, status.DEADLINE_EXCEEDED, 'no hello came'), HELLO_WITHIN_MS);
    stream.once('data', (message: FromDataPlane) => {
      clearTimeout(impatience);
      // Nothing is read until the data plane is known, so that no message comes before its instance.
      stream.pause();
      void this.#admit(stream, claim, message.hello);
    });
    const closed = (): void => {
      clearTimeout(impatience);
      this.#forget(stream);
    };
    stream.once('cancelled', closed);
    stream.once('close', closed);
    stream.once('end', () => {
      closed();
      stream.end();
    });
  }

  /** Ends all streams; their data planes look for another control plane. */
  close(): void {
    for (const stream of this.#streams.keys()) {
      this.#forget(stream);
      refuse(stream, status.UNAVAILABLE, 'the control plane stops');
    }
  }

  async #admit(stream: DataPlaneStream, claim: Claim, hello: HelloMessage | undefined): Promise<void> {
    if (!hello) return refuse(stream, status.INVALID_ARGUMENT, 'the first message has to be a hello');
    const problem = helloProblem(hello);
    if (problem) return refuse(stream, status.INVALID_ARGUMENT, problem);
    try {
      const badge = await this.admission.admit(claim, hello);
      if (!badge) return refuse(stream, status.UNAUTHENTICATED, notAdmitted);
      const greeting = await greet(this.database, hello);
      if (!greeting) return refuse(stream, status.NOT_FOUND, `there is no gateway group "${hello.group.slice(0, 64)}"`);
      if (!this.#streams.has(stream)) return undefined;
      const { groupId, head, position } = greeting;
      const link = isFedHere(hello) ? new DataPlaneLink(stream, this.feed.of(groupId, head), position) : undefined;
      const instance = this.instances.connect(groupId, hello, { badge, send: (command) => stream.write({ command }) });
      const unwatch = this.admission.watch(badge, () => this.#showOut(stream));
      this.#takeOver(`${groupId}/${hello.instance_id}`, stream, { link, instance, unwatch });
      // Tells the data plane at once that it is connected, also when there is nothing to send.
      stream.sendMetadata(new Metadata());
      stream.on('data', (message: FromDataPlane) => receive({ link, instance }, message));
      stream.resume();
      await link?.run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn(`the stream of ${hello.instance_id} is given up: ${reason}`);
      refuse(stream, status.UNAVAILABLE, 'the configuration cannot be sent now');
    }
  }

  #takeOver(name: string, stream: DataPlaneStream, connected: Connected): void {
    const older = this.#byInstance.get(name);
    this.#byInstance.set(name, stream);
    this.#streams.set(stream, connected);
    if (!older) return;
    this.#forget(older);
    refuse(older, status.ABORTED, 'a newer stream of the same instance has taken over');
  }

  #showOut(stream: DataPlaneStream): void {
    this.#forget(stream);
    refuse(stream, status.UNAUTHENTICATED, notAdmitted);
  }

  #forget(stream: DataPlaneStream): void {
    const connected = this.#streams.get(stream);
    this.#streams.delete(stream);
    for (const [name, current] of this.#byInstance) if (current === stream) this.#byInstance.delete(name);
    connected?.link?.close();
    connected?.instance.close();
    connected?.unwatch();
  }
}

/** Data planes of before the field say nothing, and are fed here. */
function isFedHere({ source }: HelloMessage): boolean {
  return source === '' || source === 'control-plane';
}

function receive({ link, instance }: Pick<Connected, 'link' | 'instance'>, message: FromDataPlane): void {
  if (message.resync) link?.resync();
  instance.receive(message);
}

function refuse(stream: DataPlaneStream, code: status, details: string): void {
  // The library turns an error into the status of the call.
  if (!stream.destroyed && !stream.writableEnded)
    stream.emit('error', Object.assign(new Error(details), { code, details }));
}
