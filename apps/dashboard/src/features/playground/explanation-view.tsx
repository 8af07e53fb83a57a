import type { JSX } from 'react';
import type { ExplainAnswer } from '../../api/commands.ts';
import { Panel } from '../../ui/panel.tsx';
import { AnswerPanel } from './answer-panel.tsx';
import { LosingRoutes } from './losing-routes.tsx';
import { PluginSteps } from './plugin-steps.tsx';
import { UpstreamPanel } from './upstream-panel.tsx';

/** Every step that a request took, in the order in which it was taken. */
export function ExplanationView({ answer }: { readonly answer: ExplainAnswer }): JSX.Element {
  const losers = <LosingRoutes losers={answer.losers} count={answer.loser_count} hasWinner={answer.route !== null} />;
  return (
    <>
      {/* Where no route took the request, why not is what one came for. */}
      {answer.route === null && losers}
      {answer.plugins.length > 0 && (
        <Panel title="Plugins, in the order in which they ran" flush>
          <PluginSteps steps={answer.plugins} />
        </Panel>
      )}
      {answer.upstream && <UpstreamPanel upstream={answer.upstream} times={answer.times} isSent={answer.is_sent} />}
      <AnswerPanel answer={answer} />
      {answer.route !== null && losers}
    </>
  );
}
