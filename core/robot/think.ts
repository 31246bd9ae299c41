import { type Decision, decide } from '../knowledge/answer.js';
import type { ArticleAudience } from '../knowledge/article.js';
import type { Library } from '../knowledge/library.js';
import type { Think } from '../pipeline/tasks.js';

const hitsWanted = 6;

/** What customers are told is for colleagues too, who look it up while they serve them; never the other way round. */
const readableBy: Record<ArticleAudience, readonly ArticleAudience[]> = {
  customer: ['customer'],
  employee: ['employee', 'customer'],
};

async function decideFor(
  library: Library,
  tenantId: string,
  question: string,
  audiences: readonly ArticleAudience[],
): Promise<Decision> {
  const decisions = await Promise.all(
    audiences.map(async (audience) =>
      decide(await library.search(tenantId, question, { audience, limit: hitsWanted })),
    ),
  );
  const answers = decisions.filter((one) => one.kind === 'answer');
  const [surest] = answers.sort((one, other) => other.hit.confidence - one.hit.confidence);
  return surest ?? decisions.find((one) => one.kind === 'unsure') ?? { kind: 'unknown' };
}

/** Finds the robot's reply in what the tenant knows: an article's answer, word for word, or the honest lack of one. */
export const thinker =
  (library: Library): Think =>
  async (tenantId, question, audience) => {
    const decision = await decideFor(library, tenantId, question, readableBy[audience]);
    if (decision.kind === 'unknown') return decision;
    const related = await Promise.all(
      decision.related.map((hit) => library.article(tenantId, hit.articleId)),
    );
    const suggestions = related.filter((article) => article !== undefined).map((article) => article.question);
    if (decision.kind === 'unsure') return { kind: 'unsure', suggestions };
    const article = await library.article(tenantId, decision.hit.articleId);
    if (!article) return { kind: 'unknown' };
    const choices = suggestions
      .filter((one) => one !== article.question)
      .map((one) => ({ label: one, say: one }));
    return {
      kind: 'answer',
      articleId: article.id,
      question: article.question,
      content: { type: 'text', text: article.answer, choices },
    };
  };
