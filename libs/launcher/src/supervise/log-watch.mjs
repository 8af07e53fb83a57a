import fs from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { ConsoleBudget } from './console-budget.mjs';
import { readLogFrom, rotateRunningLog } from './log-file.mjs';

const EVERY_MS = 250;
const READ_BYTES_MAX = 1024 * 1024;
const LINE_LENGTH_MAX = 400;
const WARN_LEVEL = 40;

/** A whole block without one of these holds nothing for the console; most access-log blocks are such. */
const SUSPECT = /warn|error|fatal|panic|"level":\s*[456]0/i;
const LOUD_TEXT = /\b(?:WARN|WARNING|ERROR|FATAL|PANIC)\b|^\w*Error\b/;
const LOUD_NAMES = new Set(['warn', 'warning', 'error', 'fatal']);
const CONTROL_CHARACTERS = /\p{Cc}/gu;

/**
 * Follows a program's log and hands its warnings and errors to `show`, no more of them than a person can read; puts a log
 * aside that becomes too large.
 * @param {string} file
 * @param {(line: string) => void} show
 * @param {number} [bytesMax] of the log, before it is put aside
 * @returns {() => void} stops watching
 */
export function watchLog(file, show, bytesMax) {
  const budget = new ConsoleBudget(show);
  let offset = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let rest = '';
  const look = () => {
    budget.tick();
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < offset) offset = 0;
    if (size === offset) return;
    // Behind by more than one block: the console is for the newest trouble, the file has it all.
    const from = Math.max(offset, size - READ_BYTES_MAX);
    const block = rest + readLogFrom(file, from, size - from).toString('utf8');
    offset = size;
    const end = block.lastIndexOf('\n') + 1;
    rest = block.slice(end).slice(-READ_BYTES_MAX);
    if (SUSPECT.test(block)) showLoud(block.slice(0, end), budget);
    if (rotateRunningLog(file, bytesMax)) offset = 0;
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    budget.close();
  };
}

/** @param {string} block @param {ConsoleBudget} budget */
function showLoud(block, budget) {
  for (const line of stripVTControlCharacters(block).split('\n')) if (isLoud(line)) budget.say(printable(line));
}

/**
 * Whether a line is a warning or worse. In JSON only the level counts: a request's path may say "ERROR".
 * @param {string} line
 */
export function isLoud(line) {
  if (!line.startsWith('{')) return LOUD_TEXT.test(line);
  try {
    const { level } = JSON.parse(line);
    return typeof level === 'number' ? level >= WARN_LEVEL : LOUD_NAMES.has(String(level).toLowerCase());
  } catch {
    return LOUD_TEXT.test(line);
  }
}

/**
 * A log holds what clients sent; a terminal must not obey it.
 * @param {string} line
 */
function printable(line) {
  return line.replace(CONTROL_CHARACTERS, ' ').slice(0, LINE_LENGTH_MAX);
}
