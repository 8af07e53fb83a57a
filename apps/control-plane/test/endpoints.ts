import type { Proof } from '../src/access/access.decorator.ts';
import type { Role } from '../src/access/role.ts';

/** A role, and how it may be proved. */
export interface RoleNeed {
  readonly role: Role;
  readonly via: readonly Proof[];
  /** The role in any group is enough. */
  readonly anywhere?: boolean;
}

/** Endpoints by `METHOD path`, with what each needs. */
type Endpoints<Need> = Readonly<Record<string, Need>>;

const byAnyone = (role: Role): RoleNeed => ({ role, via: ['session', 'key'] });
const bySession = (role: Role): RoleNeed => ({ role, via: ['session'], anywhere: true });
const anywhere = (role: Role): RoleNeed => ({ ...byAnyone(role), anywhere: true });

const GROUP = '/api/v1/groups/:group';

/*
 * Together these tables list every endpoint of the control plane. A new one is added here on purpose, or the authorization
 * test fails. HEAD follows GET where there is one; ALL stands for every method.
 */

/** Open to everybody. */
export const publicEndpoints: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  'POST /api/v1/session',
  'GET /api/v1/session/options',
  'GET /api/v1/session/oidc',
  'GET /api/v1/session/oidc/callback',
  'HEAD /apisix/admin',
  'HEAD /groups/:group/apisix/admin',
  'GET /',
  'GET /*',
];

/** Open to a role. */
export const roleEndpoints: Endpoints<RoleNeed> = {
  'GET /api/v1/session': bySession('viewer'),
  'DELETE /api/v1/session': bySession('viewer'),
  'POST /api/v1/session/password': bySession('viewer'),

  'GET /api/v1/account/sessions': bySession('viewer'),
  'DELETE /api/v1/account/sessions': bySession('viewer'),
  'DELETE /api/v1/account/sessions/:id': bySession('viewer'),
  'GET /api/v1/account/tokens': bySession('viewer'),
  'POST /api/v1/account/tokens': bySession('viewer'),
  'DELETE /api/v1/account/tokens/:id': bySession('viewer'),

  'GET /api/v1/users': byAnyone('admin'),
  'POST /api/v1/users': byAnyone('admin'),
  'GET /api/v1/users/:username': byAnyone('admin'),
  'PATCH /api/v1/users/:username': byAnyone('admin'),
  'DELETE /api/v1/users/:username': byAnyone('admin'),
  'POST /api/v1/users/:username/password': byAnyone('admin'),
  'DELETE /api/v1/users/:username/sessions': byAnyone('admin'),
  'GET /api/v1/sessions': byAnyone('admin'),
  'DELETE /api/v1/sessions/:id': byAnyone('admin'),
  'GET /api/v1/tokens': anywhere('admin'),
  'POST /api/v1/tokens': anywhere('admin'),
  'DELETE /api/v1/tokens/:id': anywhere('admin'),
  [`GET ${GROUP}/members`]: byAnyone('admin'),
  [`PUT ${GROUP}/members/:username`]: byAnyone('admin'),
  [`DELETE ${GROUP}/members/:username`]: byAnyone('admin'),

  'GET /api/v1/audit': anywhere('admin'),
  'GET /api/v1/audit/actions': anywhere('admin'),
  'GET /api/v1/audit/export': anywhere('admin'),
  'POST /api/v1/audit/verify': anywhere('admin'),
  'GET /api/v1/system': anywhere('viewer'),
  'GET /api/v1/groups': anywhere('viewer'),

  'POST /api/v1/groups': byAnyone('admin'),
  'DELETE /api/v1/groups/:name': byAnyone('admin'),
  [`GET ${GROUP}`]: byAnyone('viewer'),
  [`PATCH ${GROUP}`]: byAnyone('admin'),
  [`GET ${GROUP}/export`]: byAnyone('viewer'),
  [`POST ${GROUP}/promotions`]: byAnyone('editor'),
  [`POST ${GROUP}/imports`]: byAnyone('editor'),
  [`POST ${GROUP}/plan`]: byAnyone('editor'),
  [`POST ${GROUP}/apply`]: byAnyone('editor'),

  'GET /api/v1/openapi.json': anywhere('viewer'),
  'GET /metrics': { role: 'viewer', via: ['key'] },

  [`GET ${GROUP}/schema`]: byAnyone('viewer'),
  [`GET ${GROUP}/resources/:plural`]: byAnyone('viewer'),
  [`GET ${GROUP}/resources/:plural/:id`]: byAnyone('viewer'),
  [`PUT ${GROUP}/resources/:plural/:id`]: byAnyone('editor'),
  [`POST ${GROUP}/resources/:plural`]: byAnyone('editor'),
  [`DELETE ${GROUP}/resources/:plural/:id`]: byAnyone('editor'),
  [`POST ${GROUP}/change-sets`]: byAnyone('editor'),

  [`GET ${GROUP}/revisions`]: byAnyone('viewer'),
  [`GET ${GROUP}/revisions/:number`]: byAnyone('viewer'),
  [`GET ${GROUP}/revisions/:number/diff`]: byAnyone('viewer'),
  [`POST ${GROUP}/revisions/:number/rollback`]: byAnyone('editor'),
  [`POST ${GROUP}/revisions/:number/revert`]: byAnyone('editor'),
  [`POST ${GROUP}/revisions/:number/restore`]: byAnyone('editor'),
  [`GET ${GROUP}/revisions/:number/state`]: byAnyone('viewer'),
  [`PUT ${GROUP}/revisions/:number/labels/:label`]: byAnyone('editor'),
  [`DELETE ${GROUP}/revisions/:number/labels/:label`]: byAnyone('editor'),
  [`GET ${GROUP}/revisions/:number/comments`]: byAnyone('viewer'),
  [`POST ${GROUP}/revisions/:number/comments`]: byAnyone('editor'),
  [`PATCH ${GROUP}/revisions/:number/comments/:id`]: byAnyone('editor'),
  [`DELETE ${GROUP}/revisions/:number/comments/:id`]: byAnyone('editor'),
  [`GET ${GROUP}/labels`]: byAnyone('viewer'),
  [`GET ${GROUP}/history/:plural/:id`]: byAnyone('viewer'),
  [`GET ${GROUP}/history/:plural/:id/versions/:number`]: byAnyone('viewer'),
  [`GET ${GROUP}/history/:plural/:id/blame`]: byAnyone('viewer'),
  [`GET ${GROUP}/drafts`]: byAnyone('viewer'),
  [`POST ${GROUP}/drafts`]: byAnyone('editor'),
  [`GET ${GROUP}/drafts/:id`]: byAnyone('viewer'),
  [`PATCH ${GROUP}/drafts/:id`]: byAnyone('editor'),
  [`DELETE ${GROUP}/drafts/:id`]: byAnyone('editor'),
  [`GET ${GROUP}/drafts/:id/edits`]: byAnyone('viewer'),
  [`GET ${GROUP}/drafts/:id/edits/:kind/:resource`]: byAnyone('viewer'),
  [`PUT ${GROUP}/drafts/:id/edits/:kind/:resource`]: byAnyone('editor'),
  [`DELETE ${GROUP}/drafts/:id/edits/:kind/:resource`]: byAnyone('editor'),
  [`GET ${GROUP}/drafts/:id/diff`]: byAnyone('viewer'),
  [`GET ${GROUP}/drafts/:id/validation`]: byAnyone('viewer'),
  [`GET ${GROUP}/drafts/:id/conflicts`]: byAnyone('viewer'),
  [`POST ${GROUP}/drafts/:id/rebase`]: byAnyone('editor'),
  [`POST ${GROUP}/drafts/:id/submit`]: byAnyone('editor'),
  [`POST ${GROUP}/drafts/:id/withdraw`]: byAnyone('editor'),
  [`POST ${GROUP}/drafts/:id/approve`]: byAnyone('editor'),
  [`POST ${GROUP}/drafts/:id/reject`]: byAnyone('editor'),
  [`POST ${GROUP}/drafts/:id/publish`]: byAnyone('editor'),
  [`GET ${GROUP}/settings`]: byAnyone('viewer'),
  [`PATCH ${GROUP}/settings`]: byAnyone('admin'),
  [`GET ${GROUP}/archives`]: byAnyone('admin'),
  [`POST ${GROUP}/archives/verify`]: byAnyone('admin'),

  [`GET ${GROUP}/join-tokens`]: byAnyone('admin'),
  [`POST ${GROUP}/join-tokens`]: byAnyone('admin'),
  [`DELETE ${GROUP}/join-tokens/:id`]: byAnyone('admin'),

  [`GET ${GROUP}/instances`]: byAnyone('viewer'),
  [`GET ${GROUP}/instances/:id`]: byAnyone('viewer'),
  [`GET ${GROUP}/instances/:id/history`]: byAnyone('viewer'),
  [`POST ${GROUP}/instances/:id/drain`]: byAnyone('editor'),
  [`POST ${GROUP}/explain`]: byAnyone('editor'),
  [`GET ${GROUP}/metrics`]: byAnyone('viewer'),
  [`GET ${GROUP}/overview`]: byAnyone('viewer'),
  [`GET ${GROUP}/events`]: byAnyone('viewer'),
};

/** The compatible Admin API: what a viewer's key may do, and what needs an editor's. */
export const adminApiEndpoints: Endpoints<'viewer' | 'editor'> = {
  ...adminApiAt('/apisix/admin'),
  ...adminApiAt('/groups/:group/apisix/admin'),
};

function adminApiAt(prefix: string): Endpoints<'viewer' | 'editor'> {
  return {
    [`GET ${prefix}/plugins/list`]: 'viewer',
    [`GET ${prefix}/plugins`]: 'viewer',
    [`GET ${prefix}/plugins/:name`]: 'viewer',
    [`ALL ${prefix}/plugins/reload`]: 'editor',
    [`GET ${prefix}/schema/:name`]: 'viewer',
    [`GET ${prefix}/schema/plugins/:name`]: 'viewer',
    [`POST ${prefix}/schema/validate/:resource`]: 'editor',
    [`POST ${prefix}/configs/validate`]: 'editor',

    [`GET ${prefix}/:resource`]: 'viewer',
    [`GET ${prefix}/:resource/:id`]: 'viewer',
    [`PUT ${prefix}/:resource`]: 'editor',
    [`PUT ${prefix}/:resource/:id`]: 'editor',
    [`POST ${prefix}/:resource`]: 'editor',
    [`POST ${prefix}/:resource/:id`]: 'editor',
    [`PATCH ${prefix}/:resource`]: 'editor',
    [`PATCH ${prefix}/:resource/:id`]: 'editor',
    [`DELETE ${prefix}/:resource`]: 'editor',
    [`DELETE ${prefix}/:resource/:id`]: 'editor',
    [`ALL ${prefix}/:resource/:id/*`]: 'editor',
  };
}
