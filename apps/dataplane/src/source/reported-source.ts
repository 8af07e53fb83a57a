import type { ConfigSink, ConfigSource, LinkState } from '@sluice/sync';
import type { ControlPlaneLink } from '@sluice/sync/grpc';

/**
 * A source whose configuration does not come from a control plane, while one is told, where there is one, what became of
 * each revision. Whatever happens to the reports, the configuration does not wait for them.
 */
export function reportedSource(
  source: ConfigSource,
  reports: (ConfigSource & ControlPlaneLink) | undefined,
  reportLinkChanged: (state: LinkState) => void,
): ConfigSource & ControlPlaneLink {
  return {
    start(sink) {
      source.start({
        position: () => sink.position(),
        linkChanged: (state) => sink.linkChanged(state),
        receive: async (batch) => {
          const verdict = await sink.receive(batch);
          reports?.sendVerdict(verdict);
          return verdict;
        },
      });
      reports?.start(reportingSink(sink, reportLinkChanged));
    },
    async stop() {
      await Promise.all([source.stop(), reports?.stop()]);
    },
    sendHealth: (health) => reports?.sendHealth(health) ?? false,
    sendMetrics: (delta) => reports?.sendMetrics(delta) ?? false,
    sendDrain: (draining, openRequests) => reports?.sendDrain(draining, openRequests) ?? false,
    sendVerdict: (verdict) => reports?.sendVerdict(verdict) ?? false,
  };
}

/** What a control plane that sends no configuration sees of the data plane. */
function reportingSink(sink: ConfigSink, reportLinkChanged: (state: LinkState) => void): ConfigSink {
  return {
    position: () => sink.position(),
    linkChanged: reportLinkChanged,
    receive: ({ revision }) => Promise.reject(new Error(`Revision ${revision} comes from where none is taken from.`)),
  };
}
