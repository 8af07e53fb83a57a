import { SettingsError, type SettingsValues } from '@sluice/settings';
import type { ConfigSource, LinkState } from '@sluice/sync';
import { controlPlaneSource, type ControlPlaneLink, type ControlPlaneSourceOptions } from '@sluice/sync/grpc';
import { pluginSchema } from '../catalogue.ts';
import { environment } from '../config/environment.ts';
import type { dataPlaneSettings } from '../config/settings.ts';
import { linkCredentials } from './control-plane-link.ts';
import { reportedSource } from './reported-source.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;
type LinkOptions = Pick<ControlPlaneSourceOptions, 'address' | 'credentials'>;

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
  const link = address === undefined ? undefined : linkOptions(settings, address);
  if (source === 'file') {
    if (settings.file === undefined) throw new SettingsError(['SLUICE_FILE: is required where SLUICE_SOURCE is file.']);
    const { fileSource } = await import('@sluice/sync/file');
    return besides(fileSource({ path: settings.file, env: environment(), lookup: pluginSchema }), link, source);
  }
  if (settings.etcd_endpoints.length === 0)
    throw new SettingsError([`SLUICE_ETCD_ENDPOINTS: is required where SLUICE_SOURCE is ${source}.`]);
  // Loaded only here: who is fed by a control plane needs no etcd client.
  const { openEtcdSource } = await import('./etcd-source.ts');
  return besides(openEtcdSource(settings), link, source);
}

/** A source that does not know the control plane, which is told all the same how this data plane fares. */
function besides(own: ConfigSource, link: LinkOptions | undefined, configuredBy: 'etcd' | 'file') {
  return ({ hello, onCommand, reportLinkChanged }: SourceNeeds): ReportedSource => {
    const reports = link && controlPlaneSource({ ...link, hello, onCommand, configuredBy });
    return reportedSource(own, reports, reportLinkChanged);
  };
}

function linkOptions(settings: Values, address: string): LinkOptions {
  return { address, credentials: linkCredentials({ ...settings, control_plane: address }) };
}
