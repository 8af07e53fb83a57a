import { settingsTable } from '@sluice/settings';
import type { ProcessSettings } from '../catalogue/read-settings.ts';

/** The reference page of everything that can be set about a process. */
export function settingsPage(processes: readonly ProcessSettings[]): string {
  const sections = processes.flatMap(({ project, settings }) => [
    `## ${title(project.folder)}`,
    '',
    settingsTable(settings),
  ]);
  return [
    '# Configuration of the processes',
    '',
    'Each setting is an environment variable, a key in the YAML file that `SLUICE_CONFIG` names, or both; the environment',
    'wins. A process checks all of them when it starts, and names everything that is wrong at once.',
    '',
    ...sections,
  ].join('\n');
}

function title(folder: string): string {
  const name = folder.split('/').at(-1) ?? '';
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}
