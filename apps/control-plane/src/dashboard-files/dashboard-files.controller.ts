import { fileURLToPath } from 'node:url';
import { stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/access.decorator.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { httpErrors } from '../http/http.errors.ts';

/** Scripts, fonts and requests only from here; styles also inline, which the component kit needs. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** What belongs to the APIs is never answered with a page, also where the APIs have nothing. */
const apiPath = /^\/(?:apisix|api|groups)(?:\/|$)/;

/** From dist/main.js to the dashboard's own dist. */
const builtBeside = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/**
 * Serves the built dashboard. Names of assets carry a hash of their content, so that browsers may keep them forever; a path
 * that is no file is a page of the application, which draws it by itself.
 */
@Controller()
export class DashboardFilesController {
  readonly #root: string;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.#root = resolve(settings.dashboard_dir ?? builtBeside);
  }

  @Get(['/', '*'])
  @Public('The files of the dashboard hold no data; what they show, they ask of the API.')
  async file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '/');
    if (apiPath.test(path)) throw httpErrors.NOT_FOUND();
    const name = (await this.#isFile(path)) ? path : await this.#pageFor(path, request);
    const isHashed = name.startsWith('/assets/');
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    reply.sendFile(name.slice(1), this.#root, { cacheControl: false });
  }

  /** Only what asks for a page gets one: a missing script must not be answered with HTML. */
  async #pageFor(path: string, { headers }: FastifyRequest): Promise<string> {
    const wantsPage = path === '/' || headers.accept?.includes('text/html');
    if (wantsPage && (await this.#isFile('/index.html'))) return '/index.html';
    throw httpErrors.NOT_FOUND();
  }

  async #isFile(path: string): Promise<boolean> {
    const file = join(this.#root, path);
    if (path.includes('\0') || !file.startsWith(this.#root + sep)) return false;
    // Whatever keeps a file from being looked at, it is not served.
    const found = await stat(file).catch(() => undefined);
    return found?.isFile() ?? false;
  }
}
