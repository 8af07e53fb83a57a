import { check, type ExplainRequest, ExplainRequestSchema, withDefaults } from '@sluice/schema';

/** What a request for an explanation asks, defaults filled. Throws a TypeError that names the field that is wrong. */
export function explainRequest(sent: unknown): ExplainRequest {
  const issue = check(ExplainRequestSchema, sent);
  if (issue) throw new TypeError(issue.message);
  return withDefaults(ExplainRequestSchema, sent) as ExplainRequest;
}
