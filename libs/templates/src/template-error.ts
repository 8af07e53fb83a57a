/** A template that cannot be compiled, or that failed while it was rendered. The message begins with the line where one is known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
