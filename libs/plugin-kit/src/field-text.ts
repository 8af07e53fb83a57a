import type { RequestContext } from './context.ts';
import type { Kit } from './kit.ts';

/** What cannot stand in the value of a field: controls, and characters that are no bytes. */
const unfit = /[^ -~\x80-\xff]/gu;

/**
 * Makes a text fit for the value of a field, whatever a client put into it: controls, which could end the line, are
 * percent-encoded; characters beyond Latin-1, which would be cut down to one byte and might become such a control, go as
 * their bytes in UTF-8. Others stay: what came in a field is bytes already.
 */
export function fieldText(text: string): string {
  return text.replace(unfit, (char) => (char > '\xff' ? bytesText(char) : percent(char)));
}

/** A text that is no bytes yet, such as one of a configuration, as its bytes in UTF-8. */
export function bytesText(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Compiles the value of a field as it is configured, with variables, which may hold what a client sent. */
export function fieldTemplate(source: string, template: Kit['template']): (ctx: RequestContext) => string {
  const bytes = bytesText(source);
  if (!bytes.includes('$')) {
    const fixed = fieldText(bytes);
    return () => fixed;
  }
  const filled = template(bytes);
  return (ctx) => fieldText(filled(ctx));
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
