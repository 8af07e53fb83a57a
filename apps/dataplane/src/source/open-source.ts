import { SettingsError, type SettingsValues } from '@sluice/settings';
import type { ConfigSource, LinkState } from '@sluice/sync';
import { controlPlaneSource, type ControlPlaneLink, type ControlPlaneSourceOptions } from '@sluice/sync/grpc';
import type { dataPlaneSettings } from '../config/settings.ts';
import { linkCredentials } from './control-plane-link.ts';
import { reportedSource } from './reported-source.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** Where the configuration comes from, and who is told what becomes of it. */
export type ReportedSource = ConfigSource & ControlPlaneLink;

/** What a source has to know of the data plane. */
export interface SourceNeeds extends Pick<ControlPlaneSourceOptions, 'hello' | 'onCommand'> {
  /** The link to a control plane that is only reported to has changed. */
  reportLinkChanged(state: LinkState): void;
}

const CONTROL_PLANE_HERE = '127.0.0.1:9190';

/** Chooses the source that the settings name, and loads what it needs; settings that do not fit it are an error. */
export async function sourceOpener(settings: Values): Promise<(needs: SourceNeeds) => ReportedSource> {
  const { source, control_plane: address } = settings;
  if (source === 'control-plane') {
    const options = linkOptions(settings, address ?? CONTROL_PLANE_HERE);
    return ({ hello, onCommand }) => controlPlaneSource({ ...options, hello, onCommand });
  }
  if (settings.etcd_endpoints.length === 0)
    throw new SettingsError([`SLUICE_ETCD_ENDPOINTS: is required where SLUICE_SOURCE is ${source}.`]);
  // Loaded only here: who is fed by a control plane needs no etcd client.
  const { openEtcdSource } = await import('./etcd-source.ts');
  const etcd = openEtcdSource(settings);
  const link = address === undefined ? undefined : linkOptions(settings, address);
  return ({ hello, onCommand, reportLinkChanged }) => {
    const reports = link && controlPlaneSource({ ...link, hello, onCommand, configuredBy: source });
    return reportedSource(etcd, reports, reportLinkChanged);
  };
}

function linkOptions(settings: Values, address: string): Pick<ControlPlaneSourceOptions, 'address' | 'credentials'> {
  return { address, credentials: linkCredentials({ ...settings, control_plane: address }) };
}
