import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { JsonBody } from '../http/json-body.ts';
import { accessErrors, TooManyAttempts } from './access.errors.ts';
import { Access, Public } from './access.decorator.ts';
import { callerOf } from './author.ts';
import type { Credential } from './principal.ts';
import { sessionCookie, sessionTokenOf } from './request-credentials.ts';
import type { Role } from './role.ts';
import { csrfTokenOf } from './secret-token.ts';
import { passwordChangeSchema, signInSchema } from './session.schema.ts';
import { SESSION_LIFETIME_SECONDS } from './sessions.ts';
import { type Origin, SignIn } from './sign-in.ts';

/** What the dashboard knows about who is signed in. */
export interface SessionView {
  readonly user: { readonly username: string; readonly role: Role };
  readonly csrf_token: string;
}

/** Signing in and out, for browsers. */
@Controller('api/v1/session')
export class SessionController {
  constructor(@Inject(SignIn) private readonly signIn: SignIn) {}

  @Post()
  @HttpCode(200)
  @Public('Whoever signs in has no credentials yet.')
  async start(
    @JsonBody(signInSchema) { username, password }: Static<typeof signInSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    refuseOtherSites(request);
    const origin = originOf(request);
    const { token, user } = await tellingWhen(reply, this.signIn.start(username, password, origin));
    const isSecure = request.protocol === 'https';
    reply.header('set-cookie', sessionCookie(token, SESSION_LIFETIME_SECONDS, isSecure));
    return { user: { username: user.username, role: user.role }, csrf_token: csrfTokenOf(token) };
  }

  @Get()
  @Access({ role: 'viewer', via: ['session'] })
  show(@Req() request: FastifyRequest): SessionView {
    const { author } = callerOf(request);
    const token = sessionTokenOf(request) ?? '';
    return { user: { username: author.name, role: author.role }, csrf_token: csrfTokenOf(token) };
  }

  @Delete()
  @HttpCode(204)
  @Access({ role: 'viewer', via: ['session'] })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.signIn.end(sessionOf(request), callerOf(request).author.name, originOf(request));
    reply.header('set-cookie', sessionCookie(null, 0, request.protocol === 'https'));
  }

  @Post('password')
  @HttpCode(204)
  @Access({ role: 'viewer', via: ['session'] })
  async changePassword(
    @JsonBody(passwordChangeSchema) body: Static<typeof passwordChangeSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { current_password: current, new_password: next } = body;
    await tellingWhen(reply, this.signIn.changePassword(sessionOf(request), { current, next }, originOf(request)));
  }
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

function originOf(request: FastifyRequest): Origin {
  return { sourceIp: request.ip, requestId: request.id };
}

function sessionOf(request: FastifyRequest): Credential & { type: 'session' } {
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
