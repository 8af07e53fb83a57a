export { findViolations } from './boundaries/find-violations.ts';
export { describe, type RuleName, rules, type Violation } from './boundaries/rules.ts';
export { type Project, readWorkspace, type Workspace } from './projects/read-workspace.ts';
