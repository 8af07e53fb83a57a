import { choice } from '@sluice/schema';
import { defineSettings } from '@sluice/settings';
import Type from 'typebox';

/** How long a session lasts, and who may start one with a password. */
const sessionSettings = defineSettings({
  session_idle_minutes: {
    env: 'SLUICE_SESSION_IDLE_MINUTES',
    schema: Type.Integer({
      title: 'Idle sessions',
      description: 'Minutes after which a session of the dashboard ends that nobody uses.',
      minimum: 1,
      maximum: 43_200,
      default: 720,
    }),
  },
  session_lifetime_hours: {
    env: 'SLUICE_SESSION_LIFETIME_HOURS',
    schema: Type.Integer({
      title: 'Lifetime of sessions',
      description: 'Hours after which a session of the dashboard ends, however busy it is.',
      minimum: 1,
      maximum: 8760,
      default: 168,
    }),
  },
  password_sign_in: {
    env: 'SLUICE_PASSWORD_SIGN_IN',
    schema: choice(['everyone', 'owners'], {
      title: 'Signing in with a password',
      description:
        'owners: only owners may sign in with a password, all others by single sign-on. Owners always may, so that a ' +
        'provider that fails locks nobody out for good.',
      default: 'everyone',
    }),
  },
});

/** Single sign-on by OpenID Connect. It is on where an issuer is named. */
const oidcSettings = defineSettings({
  oidc_issuer: {
    env: 'SLUICE_OIDC_ISSUER',
    schema: Type.Optional(
      Type.String({
        title: 'Issuer',
        description:
          'URL of the OpenID Connect provider, which describes itself below it. `https`, but for a provider of this machine.',
        pattern: '^https?://[^\\s?#]+$',
      }),
    ),
  },
  oidc_client_id: {
    env: 'SLUICE_OIDC_CLIENT_ID',
    schema: Type.Optional(
      Type.String({ title: 'Client', description: 'The name under which the provider knows Sluice.', minLength: 1 }),
    ),
  },
  oidc_client_secret: {
    env: 'SLUICE_OIDC_CLIENT_SECRET',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        title: 'Client secret',
        description: 'The secret that the provider gave for that name. Absent: a public client, with PKCE alone.',
        minLength: 1,
      }),
    ),
  },
  oidc_name: {
    env: 'SLUICE_OIDC_NAME',
    schema: Type.String({
      title: 'Name of the provider',
      description: 'As the sign-in page says it: "Sign in with ...".',
      minLength: 1,
      maxLength: 64,
      default: 'single sign-on',
    }),
  },
  oidc_scopes: {
    env: 'SLUICE_OIDC_SCOPES',
    schema: Type.Array(Type.String({ minLength: 1 }), {
      title: 'Scopes',
      description: 'What is asked of the provider.',
      default: ['openid', 'profile', 'email'],
    }),
  },
  oidc_redirect_uri: {
    env: 'SLUICE_OIDC_REDIRECT_URI',
    schema: Type.Optional(
      Type.String({
        title: 'Redirect URI',
        description:
          'Where the provider sends people back to: the address of this dashboard with `/api/v1/session/oidc/callback`. ' +
          'Default: made of the address under which the dashboard was called.',
        pattern: '^https?://[^\\s?#]+/api/v1/session/oidc/callback$',
      }),
    ),
  },
  oidc_username_claim: {
    env: 'SLUICE_OIDC_USERNAME_CLAIM',
    schema: Type.String({
      title: 'Claim of the user name',
      description: 'Claim that names a new user. Where it is missing or unusable, the e-mail address is taken.',
      minLength: 1,
      default: 'preferred_username',
    }),
  },
  oidc_roles_claim: {
    env: 'SLUICE_OIDC_ROLES_CLAIM',
    schema: Type.String({
      title: 'Claim of the roles',
      description: 'Claim that lists groups or roles, with dots where it is nested: `groups`, `realm_access.roles`.',
      minLength: 1,
      default: 'groups',
    }),
  },
  oidc_role_mapping: {
    env: 'SLUICE_OIDC_ROLE_MAPPING',
    schema: Type.Record(Type.String(), Type.String(), {
      title: 'Roles of claims',
      description:
        'What each value of the claim gives: a role everywhere (`ops=admin`), or in groups (`dev=staging:editor prod:viewer`). ' +
        'With it, roles come from the provider at each sign-in; without it they are given in Sluice.',
      default: {},
    }),
  },
  oidc_default_role: {
    env: 'SLUICE_OIDC_DEFAULT_ROLE',
    schema: Type.Optional(
      choice(['viewer', 'editor', 'admin'], {
        title: 'Role of everybody else',
        description: 'Role, everywhere, of whom the mapping gives none. Absent: they are turned away.',
      }),
    ),
  },
});

/** All settings about who may do what. */
export const accessSettings = { ...sessionSettings, ...oidcSettings };
