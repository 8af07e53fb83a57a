/** Facility 5 (messages of the log itself), severity 6 (informational): RFC 5424, section 6.2.1. */
const priority = 5 * 8 + 6;
const appName = 'apisix';
const hostNameMax = 255;

/** A message of RFC 5424 without structured data. `text` must be one line. */
export function syslogMessage(atMs: number, host: string | undefined, text: string): string {
  return `<${priority}>1 ${new Date(atMs).toISOString()} ${hostName(host)} ${appName} ${process.pid} - - ${text}`;
}

/** Clients choose the host: whatever could end the field, or the line, leaves nothing of it. */
function hostName(host: string | undefined): string {
  return host !== undefined && /^[\x21-\x7e]+$/.test(host) ? host.slice(0, hostNameMax) : '-';
}
