/**
 * What `npm test` runs, in this order.
 * @typedef {object} Stage
 * @property {string} name
 * @property {'script' | 'build' | 'vitest'} runs how: an npm script of the same meaning, the build, a vitest project
 * @property {string} [script]
 * @property {boolean} [needsBuild]
 */

/** @type {readonly Stage[]} */
export const stages = Object.freeze([
  { name: 'format', runs: 'script', script: 'format:check' },
  { name: 'lint', runs: 'script', script: 'lint:code' },
  { name: 'boundaries', runs: 'script', script: 'lint:boundaries' },
  { name: 'types', runs: 'script', script: 'typecheck' },
  { name: 'build', runs: 'build' },
  { name: 'unit', runs: 'vitest' },
  { name: 'integration', runs: 'vitest', needsBuild: true },
  { name: 'e2e', runs: 'vitest', needsBuild: true },
]);

/**
 * @typedef {object} Plan
 * @property {readonly Stage[]} stages
 * @property {readonly string[]} filters go to vitest as they are
 * @property {boolean} isLong
 */

/**
 * Reads the command line: names of stages choose stages, everything else narrows the tests.
 * `npm test -- unit libs/schema` runs the unit tests of libs/schema.
 * @param {readonly string[]} args
 * @returns {Plan}
 */
export function planFrom(args) {
  const isLong = args.includes('--long');
  const names = new Set(args.filter((arg) => stages.some(({ name }) => name === arg)));
  const filters = args.filter((arg) => arg !== '--long' && !names.has(arg));
  const isChosen = (/** @type {Stage} */ { name, runs }) =>
    names.size > 0 ? names.has(name) : filters.length === 0 || runs === 'vitest';
  const chosen = stages.filter(isChosen);
  const needsBuild = chosen.some((stage) => stage.needsBuild);
  return {
    stages: stages.filter((stage) => chosen.includes(stage) || (needsBuild && stage.runs === 'build')),
    filters,
    isLong,
  };
}
