/** An answer has the size of a few certificates. */
const bytesMax = 64 * 1024;
const timeoutMs = 10_000;

/** Asks an OCSP responder (RFC 6960, appendix A.1). Follows no redirection: an answer comes from whom the certificate names. */
export async function askResponder(url: string, question: Buffer): Promise<Buffer> {
  // Few gateways ask any: loaded at the start, it would be a good part of the time that a start takes.
  const { request } = await import('undici');
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' };
  const answer = await request(url, { method: 'POST', headers, body: question, signal });
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  if (answer.statusCode !== 200) throw new Error(`the responder answers ${answer.statusCode}`);
  return Buffer.concat(chunks);
}
