import { Inject, Injectable } from '@nestjs/common';
import type { Author } from '../access/author.ts';
import { Drafts } from '../drafts/drafts.service.ts';
import { draftView } from '../drafts/draft-view.ts';
import type { WriteOptions } from '../resources/change-set-writer.ts';
import { EffectReport } from './effect-report.ts';
import type { BackRequest, WayBack } from './revision.service.ts';

/** Who wants to go back, and how. */
export interface BackQuestion {
  readonly group: string;
  readonly author: Author;
  readonly body: { readonly as_draft?: boolean } | undefined;
  readonly request: WriteOptions;
}

/** The three answers to whoever wants to go back: it is done, it would do this, or here is a draft that does it. */
@Injectable()
export class WaysBack {
  constructor(
    @Inject(Drafts) private readonly drafts: Drafts,
    @Inject(EffectReport) private readonly effects: EffectReport,
  ) {}

  async answer(question: BackQuestion, go: (request: BackRequest) => Promise<WayBack>): Promise<object> {
    const { source: _source, ...request } = question.request;
    if (question.body?.as_draft) return this.#draft(question, await go({ ...request, dryRun: true }));
    const back = await go(request);
    if (!request.dryRun) return { revision: back.revision };
    return { revision: back.revision, dry_run: true, effect: await this.effects.of(back.group, back.effects) };
  }

  async #draft({ group, author, request }: BackQuestion, back: WayBack): Promise<object> {
    const about = { group, author, requestId: request.requestId ?? '', message: back.message };
    const draft = await this.drafts.createFrom(about, back.group.id, back.head, back.effects);
    return { revision: null, draft: draftView(draft, author) };
  }
}
