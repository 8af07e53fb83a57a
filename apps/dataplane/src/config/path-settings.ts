import type { EngineOptions } from '@sluice/engine';
import { defineSettings, type SettingsValues } from '@sluice/settings';
import Type from 'typebox';

const flag = (description: string) => Type.Boolean({ default: false, description });

/** How paths are compared with those of routes. Upstreams receive them as they came. */
export const pathSettings = defineSettings({
  delete_uri_tail_slash: {
    env: 'SLUICE_DELETE_URI_TAIL_SLASH',
    schema: flag('Whether routes are asked for `/a` where a client asks for `/a/`.'),
  },
  normalize_uri_like_servlet: {
    env: 'SLUICE_NORMALIZE_URI_LIKE_SERVLET',
    schema: flag(
      'Whether routes are asked for a path without the parameters of its segments (`/a;v=1/b` as `/a/b`), which servlet ' +
        'containers do. A path that would be another one without them is answered 400.',
    ),
  },
  match_uri_encoded_slash: {
    env: 'SLUICE_MATCH_URI_ENCODED_SLASH',
    schema: flag('Whether `%2F` in a path stays `%2F` where routes are asked, in place of becoming a slash.'),
  },
});

/** The rules for paths, where any differs from the usual. */
export function pathOptions(settings: SettingsValues<typeof pathSettings>): Pick<EngineOptions, 'pathRules'> {
  const { delete_uri_tail_slash, normalize_uri_like_servlet, match_uri_encoded_slash } = settings;
  if (!delete_uri_tail_slash && !normalize_uri_like_servlet && !match_uri_encoded_slash) return {};
  return {
    pathRules: {
      deletesTailSlash: delete_uri_tail_slash,
      isServletLike: normalize_uri_like_servlet,
      keepsEncodedSlash: match_uri_encoded_slash,
    },
  };
}
