import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { queryText, type RequestQuery } from '../../http/request-query.ts';
import { Public } from '../access.decorator.ts';
import { sessionCookie } from '../request-credentials.ts';
import { originOf } from '../session.controller.ts';
import { Sessions } from '../sessions.ts';
import { OidcFlows, ownPage } from './oidc-flow.ts';
import { OidcProblem } from './oidc-problem.ts';
import { OidcSignIn } from './oidc-sign-in.ts';

const CALLBACK_PATH = '/api/v1/session/oidc/callback';

/** Signing in with the provider: pages that a browser visits, so that every answer leads to another page. */
@Controller('api/v1/session/oidc')
export class OidcController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(OidcSignIn) private readonly signIn: OidcSignIn,
    @Inject(OidcFlows) private readonly flows: OidcFlows,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Get()
  @Public('Whoever signs in has no credentials yet.')
  @ApiOperation({
    summary: 'Begin to sign in with the provider',
    answers: null,
    statuses: [303],
    query: { redirect: Type.Optional(Type.String({ description: 'Page of the dashboard to which it leads.' })) },
  })
  async begin(@Query() query: RequestQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = ownPage(queryText(query, 'redirect'));
    await leadingSomewhere(reply, async () => {
      const { url, checks } = await this.signIn.begin(this.#redirectUri(request));
      return { to: url.href, cookies: [this.flows.keep(checks, page, isSecure(request))] };
    });
  }

  @Get('callback')
  @Public('The provider sends the browser here; what counts is what the browser brings along.')
  @ApiOperation({ summary: 'End a sign-in with the provider', answers: null, statuses: [303] })
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const forget = this.flows.forget(isSecure(request));
    await leadingSomewhere(reply.header('set-cookie', forget), async () => {
      const flow = this.flows.of(request);
      if (!flow) throw new OidcProblem('oidc_expired');
      const [, search = ''] = request.url.split('?', 2);
      const token = await this.signIn.finish(flow, search, originOf(request));
      return { to: flow.page, cookies: [sessionCookie(token, this.sessions.lifetimeSeconds, isSecure(request))] };
    });
  }

  /** Where the provider sends people back to. It knows the addresses that it may use, whatever a request claims. */
  #redirectUri({ protocol, host }: FastifyRequest): string {
    return this.settings.oidc_redirect_uri ?? `${protocol}://${host}${CALLBACK_PATH}`;
  }
}

async function leadingSomewhere(
  reply: FastifyReply,
  work: () => Promise<{ to: string; cookies: readonly string[] }>,
): Promise<void> {
  try {
    const { to, cookies } = await work();
    for (const cookie of cookies) void reply.header('set-cookie', cookie);
    await reply.status(303).header('location', to).send();
  } catch (error) {
    if (!(error instanceof OidcProblem)) throw error;
    await reply.status(303).header('location', `/sign-in?error=${error.word}`).send();
  }
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}
