import type { RequestContext } from '@sluice/plugin-kit';
import { compileTemplate, type Native, type Template, textOf, toJsonText } from '@sluice/templates';
import { contextObject, decodeBody, type RawBody } from './body-formats.ts';
import { bytesOfText, textOfBytes } from './byte-text.ts';
import { type BodyFormat, templateTexts, type TransformConfig } from './schema.ts';

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escapeXml: Native = ([value]) => textOf(value ?? '').replace(/[&<>"']/g, (char) => xmlEntities[char] ?? char);
const escapeJson: Native = ([value]) => toJsonText(value);

/** Makes one body of another. Rejects with an `UnreadableBody` or a `TemplateError`. */
export type Transformer = (ctx: RequestContext, format: BodyFormat | undefined, body: RawBody) => Promise<Uint8Array>;

/** Compiles what a configuration says about a direction. */
export function transformer(config: TransformConfig): Transformer {
  const texts = templateTexts(config);
  const templates = new Map(texts.meant.map((text) => [text, compileTemplate(text)]));
  const templateFor = (format: BodyFormat | undefined): Template => {
    const template = templates.get(texts.textFor(format));
    if (!template) throw new TypeError('every text that counts is compiled');
    return template;
  };
  return async (ctx, format, body) => {
    const text = textOfBytes(body.bytes);
    const { fields, multipart } = await decodeBody(format, body, text);
    const helpers = {
      _ctx: contextObject(ctx),
      _body: text,
      _escape_xml: escapeXml,
      _escape_json: escapeJson,
      _multipart: multipart,
    };
    return bytesOfText(templateFor(format).render(fields, helpers));
  };
}
