import { type BodyTransform, bytesText, definePlugin, fieldText } from '@sluice/plugin-kit';
import { forgetBody } from '../shared/body-headers.ts';
import { echoSchema } from './schema.ts';

/** Frames or replaces what the upstream answers. */
export const echo = definePlugin(echoSchema, (config) => {
  const headers = Object.entries(config.headers ?? {}).map(([name, value]) => [name, linesOf(value)] as const);
  const before = Buffer.from(config.before_body ?? '');
  const after = Buffer.from(config.after_body ?? '');
  const replacement = config.body === undefined ? undefined : Buffer.from(config.body);

  return {
    responseHeader({ response }) {
      forgetBody(response.headers);
      for (const [name, value] of headers) response.headers.set(name, value);
    },
    responseBody: () => framed(before, replacement, after),
  };
});

/** A list is several lines. */
function linesOf(value: unknown): string[] {
  return [value].flat().map((line) => fieldText(bytesText(String(line))));
}

function framed(before: Buffer, replacement: Buffer | undefined, after: Buffer): BodyTransform {
  let hasBegun = false;
  return {
    chunk(data) {
      const kept = replacement === undefined ? data : undefined;
      if (hasBegun) return kept;
      hasBegun = true;
      return Buffer.concat([before, kept ?? replacement ?? data]);
    },
    // An upstream without a body leaves it to the end to say everything.
    end: () => (hasBegun ? after : Buffer.concat([before, replacement ?? Buffer.of(), after])),
  };
}
