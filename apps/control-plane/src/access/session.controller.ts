import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { Access, Public } from './access.decorator.ts';
import { accessErrors, TooManyAttempts } from './access.errors.ts';
import { callerOf } from './author.ts';
import type { Credential } from './principal.ts';
import { sessionCookie, sessionTokenOf } from './request-credentials.ts';
import { tokenHash } from './secret-token.ts';
import {
  passwordChangeSchema,
  sessionSchema,
  type SessionView,
  signInOptionsSchema,
  type SignInOptions,
  signInSchema,
} from './session.schema.ts';
import { SessionViews } from './session-views.ts';
import { Sessions } from './sessions.ts';
import { type Origin, SignIn } from './sign-in.ts';

const bySession = { role: 'viewer', via: ['session'], anywhere: true, temporaryPassword: true } as const;

/** Signing in and out, for browsers. */
@Controller('api/v1/session')
export class SessionController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SessionViews) private readonly views: SessionViews,
  ) {}

  @Get('options')
  @Public('The sign-in page asks before anybody is signed in, and learns only what it has to show.')
  @ApiOperation({ summary: 'Tell how people sign in', answers: signInOptionsSchema })
  options(): SignInOptions {
    return this.views.options();
  }

  @Post()
  @HttpCode(200)
  @Public('Whoever signs in has no credentials yet.')
  @ApiOperation({ summary: 'Sign in with a password', answers: sessionSchema, refusals: [429], showsSecret: true })
  async start(
    @JsonBody(signInSchema) { username, password }: Static<typeof signInSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    refuseOtherSites(request);
    const token = await tellingWhen(reply, this.signIn.start(username, password, originOf(request)));
    const isSecure = request.protocol === 'https';
    reply.header('set-cookie', sessionCookie(token, this.sessions.lifetimeSeconds, isSecure));
    return this.views.show(tokenHash(token), token);
  }

  @Get()
  @Access(bySession)
  @ApiOperation({ summary: 'Show who is signed in', answers: sessionSchema })
  show(@Req() request: FastifyRequest): Promise<SessionView> {
    return this.views.show(sessionOf(request).hash, sessionTokenOf(request) ?? '');
  }

  @Delete()
  @HttpCode(204)
  @Access(bySession)
  @ApiOperation({ summary: 'Sign out', answers: null })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.signIn.end(sessionOf(request), callerOf(request).author.name, originOf(request));
    reply.header('set-cookie', sessionCookie(null, 0, request.protocol === 'https'));
  }

  @Post('password')
  @HttpCode(204)
  @Access(bySession)
  @ApiOperation({ summary: 'Change your own password', answers: null, refusals: [429] })
  async changePassword(
    @JsonBody(passwordChangeSchema) body: Static<typeof passwordChangeSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { current_password: current, new_password: next } = body;
    await tellingWhen(reply, this.signIn.changePassword(sessionOf(request), { current, next }, originOf(request)));
  }
}

/** From where a request comes, as sign-in writes it down. */
export function originOf(request: FastifyRequest): Origin {
  return { sourceIp: request.ip, requestId: request.id, userAgent: request.headers['user-agent'] };
}

/** Tells a sender who has to wait for how long. */
async function tellingWhen<T>(reply: FastifyReply, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof TooManyAttempts) void reply.header('retry-after', error.retryAfterSeconds);
    throw error;
  }
}

/** The session of a request that was proved by one. */
export function sessionOf(request: FastifyRequest): Credential & { type: 'session' } {
  const { credential } = callerOf(request).principal;
  if (credential.type !== 'session') throw accessErrors.FORBIDDEN('only sessions are admitted here');
  return credential;
}

/** Another site must not sign a visitor's browser in as somebody else: what is written then would be that somebody's. */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw accessErrors.CSRF_REJECTED(`sent by ${site}`);
}
