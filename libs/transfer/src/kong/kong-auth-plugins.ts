import type { JsonObject } from '@sluice/schema';
import type { Fields } from '../convert/fields.ts';
import type { PluginConversion } from './kong-plugins.ts';

/** Plugins that find out who sends a request, or who may. */
export const authPlugins: Readonly<Record<string, PluginConversion>> = {
  'key-auth': (config, conversion) => {
    const [name = 'apikey', ...others] = config.texts('key_names');
    if (others.length > 0) conversion.dropped(config.at('key_names'), `only the first name, ${name}, is looked for`);
    config.expect('key_in_header', true).expect('key_in_query', true).expect('key_in_body', false);
    return { name: 'key-auth', config: { header: name, query: name, ...common(config) } };
  },
  'basic-auth': (config) => ({ name: 'basic-auth', config: common(config) }),
  jwt: (config) => {
    const [header] = config.texts('header_names');
    const [query] = config.texts('uri_param_names');
    const [cookie] = config.texts('cookie_names');
    config.expect('claims_to_verify', [], ['exp'], ['exp', 'nbf']).expect('maximum_expiration', 0);
    config.expect('secret_is_base64', false);
    const places = { ...(header && { header }), ...(query && { query }), ...(cookie && { cookie }) };
    return {
      name: 'jwt-auth',
      config: { key_claim_name: config.text('key_claim_name') ?? 'iss', ...places, ...common(config) },
    };
  },
  'hmac-auth': (config) => {
    const algorithms = config.texts('algorithms').filter((name) => /^hmac-sha(?:1|256|512)$/.test(name));
    const signed = config.texts('enforce_headers');
    return {
      name: 'hmac-auth',
      config: {
        ...(algorithms.length > 0 && { allowed_algorithms: algorithms }),
        ...(signed.length > 0 && { signed_headers: signed }),
        clock_skew: config.number('clock_skew') ?? 300,
        validate_request_body: config.flag('validate_request_body') ?? false,
        ...common(config),
      },
    };
  },
  'ip-restriction': (config, conversion) => {
    const [allow, deny] = [config.texts('allow'), config.texts('deny')];
    if (allow.length > 0 && deny.length > 0) {
      conversion.dropped(config.path, 'addresses are either allowed or denied, not both');
      return undefined;
    }
    const status = config.number('status');
    const message = config.text('message');
    return {
      name: 'ip-restriction',
      config: {
        ...(allow.length > 0 ? { whitelist: allow } : { blacklist: deny }),
        ...(message !== undefined && { message }),
        ...(status === 403 || status === 404 ? { response_code: status } : {}),
      },
    };
  },
  'bot-detection': (config) => {
    const [allow, deny] = [config.texts('allow'), config.texts('deny')];
    return {
      name: 'ua-restriction',
      config: {
        ...(allow.length > 0 && { allowlist: allow }),
        ...(deny.length > 0 && { denylist: deny }),
        bypass_missing: true,
      },
    };
  },
};

function common(config: Fields): JsonObject {
  const anonymous = config.text('anonymous');
  const realm = config.text('realm');
  config.expect('run_on_preflight', true);
  return {
    hide_credentials: config.flag('hide_credentials') ?? false,
    ...(anonymous && { anonymous_consumer: anonymous }),
    ...(realm && { realm }),
  };
}
