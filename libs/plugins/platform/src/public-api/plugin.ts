import { definePlugin, reply } from '@sluice/plugin-kit';
import { publicApiSchema } from './schema.ts';

const nothingThere = reply(404);

/** Hands a request to the plugin that serves the address; all other plugins of the route have run before. */
export const publicApi = definePlugin(publicApiSchema, ({ uri }, { endpoints }) => ({
  access(ctx) {
    // Looked up each time: an address of a plugin moves with its metadata.
    const serve = endpoints.find(ctx.request.method, uri ?? ctx.request.path);
    return serve ? serve(ctx) : nothingThere;
  },
}));
