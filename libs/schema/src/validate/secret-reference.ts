const reference = /^\$(?:secret|env):\/\//i;

/** Whether a string stands for a secret kept elsewhere (`$secret://…`, `$env://…`), so that its own text says nothing. */
export function isSecretReference(text: string): boolean {
  return text.charCodeAt(0) === 36 && reference.test(text);
}
