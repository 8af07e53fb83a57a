import type { Command } from './command.ts';
import { adminCommands } from './commands/admin.ts';
import { completionCommands } from './commands/completion.ts';
import { documentCommands } from './commands/documents.ts';
import { draftCommands } from './commands/drafts.ts';
import { groupCommands } from './commands/groups.ts';
import { importCommands } from './commands/imports.ts';
import { loginCommands } from './commands/login.ts';
import { nodeCommands } from './commands/nodes.ts';
import { resourceCommands } from './commands/resources.ts';
import { revisionCommands } from './commands/revisions.ts';

/** A part of the commands, as help and reference show it. */
export interface Section {
  readonly title: string;
  readonly commands: readonly Command[];
}

const sections: readonly Section[] = [
  { title: 'Signing in', commands: loginCommands },
  { title: 'Resources', commands: resourceCommands },
  { title: 'Files', commands: documentCommands },
  { title: 'From elsewhere', commands: importCommands },
  { title: 'History', commands: revisionCommands },
  { title: 'Drafts', commands: draftCommands },
  { title: 'Groups', commands: groupCommands },
  { title: 'Data planes', commands: nodeCommands },
  { title: 'Installation', commands: adminCommands },
];

const others: readonly Command[] = sections.flatMap(({ commands }) => commands);

/** All commands by section. */
export const commandSections: readonly Section[] = [
  ...sections,
  { title: 'Shell', commands: completionCommands(others) },
];

/** All commands. */
export const commands: readonly Command[] = commandSections.flatMap((section) => section.commands);
