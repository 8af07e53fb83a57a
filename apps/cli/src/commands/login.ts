import { Client } from '../client.ts';
import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { checkedUrl } from '../config/connection.ts';
import { loginPath, readLogin, removeLogin, writeLogin } from '../config/login-file.ts';

const login = defineCommand({
  words: ['login'],
  summary: 'Keep a control plane and a token for the commands that follow',
  description:
    'The token is a token of your own or an admin key. It is read from the standard input unless SLUICE_TOKEN or --token say ' +
    'it, is tried out, and is kept in ~/.config/sluice/login.json, which only you can read.',
  arguments: [{ name: 'URL', description: 'Address of the control plane, such as https://sluice.example:9180' }],
  examples: [
    ['login http://127.0.0.1:9180 < token.txt', 'with a token from a file'],
    ['login https://sluice.example:9180 -g prod', 'with `prod` as the usual group'],
  ],
  isLocal: true,
  async run({ given, io, print }) {
    const url = checkedUrl(given.argument('URL'));
    const token = (given.option('token') ?? io.env['SLUICE_TOKEN'] ?? (await io.stdin())).trim();
    if (token === '') throw usageError('There is no token.', 'Pipe it into the command, or set SLUICE_TOKEN.');
    const { list } = await new Client({ url, token }).get('/groups');
    const group = given.option('group');
    const path = loginPath(io);
    writeLogin(path, { url, token, ...(group !== undefined && { group }) });
    const names = list.map(({ name }: { name: string }) => name).join(', ');
    print.remark(`Kept in ${path}. Groups: ${names || 'none'}.`);
  },
});

const logout = defineCommand({
  words: ['logout'],
  summary: 'Forget the control plane and the token',
  examples: [['logout', 'forget the login']],
  isLocal: true,
  async run({ io, print }) {
    removeLogin(loginPath(io));
    print.remark('Forgotten. The token itself stays good until it is revoked.');
  },
});

const status = defineCommand({
  words: ['status'],
  summary: 'Show the control plane and the group that commands are for',
  examples: [['status', 'where am I']],
  async run({ client, group, print, io }) {
    const system = await client.get('/system');
    const keptIn = readLogin(loginPath(io)) ? loginPath(io) : null;
    await print.value({ url: client.url, group, version: system.version, groups: system.groups, login: keptIn });
  },
});

/** Signing in and out. */
export const loginCommands = [login, logout, status];
