import type { Controlled } from './control-api.ts';
import { explainRequest } from './explain-request.ts';

const empty = new Uint8Array();

/** Does what a control plane asks for over the link: the same acts as by the control API. Unknown commands are an error. */
export function commandHandler(
  acts: Pick<Controlled, 'drain' | 'setLogLevel' | 'explain'>,
): (name: string, payload: Uint8Array) => Promise<Uint8Array> {
  return async (name, payload) => {
    const text = Buffer.from(payload).toString();
    switch (name) {
      case 'drain':
        void acts.drain();
        return empty;
      case 'log-level':
        acts.setLogLevel(text);
        return empty;
      case 'explain':
        return Buffer.from(JSON.stringify(await acts.explain(explainRequest(JSON.parse(text)))));
      default:
        throw new Error(`This data plane does not know the command ${name}.`);
    }
  };
}
