import { definePlugin, type Clock } from '@sluice/plugin-kit';
import { type IdGenerator, ksuid, nanoid, rangeId, uuid, uuidV7 } from './id-generators.ts';
import { requestIdSchema } from './schema.ts';

const ID = Symbol('request id');

/** Gives a request an id unless it has one, and tells upstream and client. */
export const requestId = definePlugin(requestIdSchema, (config, { clock }) => {
  const name = config.header_name;
  const header = name.toLowerCase();
  const newId = generatorOf(config, clock);

  return {
    rewrite(ctx) {
      const sent = ctx.request.headers.get(header);
      const id = sent === undefined || sent === '' ? newId() : sent;
      if (id !== sent) ctx.request.headers.set(name, id);
      ctx.setVariable('apisix_request_id', id);
      ctx.state.set(ID, id);
      return undefined;
    },
    responseHeader(ctx) {
      const id = ctx.state.get(ID) as string | undefined;
      if (!config.include_in_response || id === undefined) return;
      const { headers } = ctx.response;
      if ((headers.get(header) ?? '') === '') headers.set(name, id);
    },
  };
});

interface IdFields {
  readonly algorithm: 'uuid' | 'nanoid' | 'range_id' | 'ksuid' | 'uuidv7';
  readonly range_id: { readonly char_set: string; readonly length: number };
}

function generatorOf({ algorithm, range_id: range }: IdFields, clock: Clock): IdGenerator {
  const now = (): number => clock.now();
  switch (algorithm) {
    case 'uuid':
      return uuid;
    case 'uuidv7':
      return uuidV7(now);
    case 'nanoid':
      return nanoid;
    case 'ksuid':
      return ksuid(now);
    case 'range_id':
      return rangeId(range.char_set, range.length);
  }
}
