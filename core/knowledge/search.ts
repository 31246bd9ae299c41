import type { Article, ArticleAudience } from './article.js';
import { type Features, featuresOf, prior, priorQuestions } from './features.js';
import { Postings } from './postings.js';

/** An article that may answer. `question` is which of its questions came closest; hits are ordered by `score`. */
export interface Hit {
  articleId: string;
  question: string;
  /** 0..1: what the order goes by. */
  score: number;
  /** 0..1: how likely this is what was meant. What `decide` goes by. */
  confidence: number;
}

export interface SearchOptions {
  audience: ArticleAudience;
  /** At most so many hits. */
  limit: number;
}

/** How many documents are compared exactly, and for how many articles their answer is read as well. */
const comparedMax = 60;
const readMax = 12;
/** Candidates are brought up by the rarest terms asked for, until so many documents were looked at; then it is enough. */
const lookedAtMax = 60_000;
/** Terms that tell much less than the best one (怎么, 的) bring up none; they only count in the comparison. */
const tellingShare = 0.25;

/** The order goes by how much of what was asked the question holds, and a little by whether it is about anything else. */
const foundShare = 0.8;
/** What only the rest of the article mentions (its answer, category and other questions) counts so much. */
const restShare = 0.5;
const answerLengthMax = 1_000;
/** Nobody asks in more; what follows is a pasted text. */
const questionLengthMax = 1_000;

/**
 * How likely a match is meant, as a logistic model. People tell stories, so what stays unexplained counts less and less,
 * up to `storyMax` (in the weight of a term: a rare character has about 7). A lead over the next article counts up to
 * `clearLead`. The weights were fitted on the demo articles with one similar question left out at a time, and on questions
 * meant for the other audience; on no judged question.
 */
const belief = { base: 1.83, explained: 7.3, about: 0.6, lead: 6.6 };
const storyMax = 10;
const clearLead = 0.2;
/**
 * The more questions are known, the likelier one matches by accident and the likelier the next article says the same:
 * what stays unexplained then counts for more, and a lead for less. The model was fitted on so many questions.
 */
const fittedOn = 350;

/**
 * Finds articles by their questions, in process. Every question and similar question is a document of its article, whose
 * best document wins. Candidates come from an inverted index, BM25 with each term counted once (`k1` 1.2, `b` 0.75);
 * the foremost are then compared term by term, weighted by rarity. Edits are live at once.
 */
export class ArticleIndex {
  #postings = new Postings();
  #texts: string[] = [];
  /** The article of each document; undefined when the document is dead. */
  #owners: (Article | undefined)[] = [];
  #lengths: number[] = [];
  #lengthSum = 0;
  #living = 0;
  #scores = new Float32Array(0);
  #touched = new Int32Array(0);
  readonly #articles = new Map<string, { article: Article; documents: number[] }>();

  get size(): number {
    return this.#articles.size;
  }

  article(id: string): Article | undefined {
    return this.#articles.get(id)?.article;
  }

  /** Adds the article, or replaces the one of the same id. */
  put(article: Article): void {
    this.remove(article.id);
    const documents = [article.question, ...article.similar].map((text) => this.#addDocument(text, article));
    this.#articles.set(article.id, { article, documents });
  }

  remove(id: string): void {
    const known = this.#articles.get(id);
    if (!known) return;
    this.#articles.delete(id);
    for (const document of known.documents) this.#dropDocument(document);
    if (this.#owners.length > 1_000 && this.#living < this.#owners.length / 2) this.#startAfresh();
  }

  search(question: string, { audience, limit }: SearchOptions): Hit[] {
    const asked = this.#weighed(featuresOf(question.slice(0, questionLengthMax)));
    const best = new Map<string, Candidate>();
    for (const document of this.#candidates(asked, audience)) {
      const article = this.#owners[document];
      const text = this.#texts[document];
      if (article === undefined || text === undefined) continue;
      const match = compare(asked, this.#weighed(featuresOf(text)));
      const known = best.get(article.id);
      if (!known || score(known.match) < score(match)) best.set(article.id, { article, text, match });
    }
    const crowd = Math.sqrt(Math.max(1, this.#living / fittedOn));
    const foremost = [...best.values()].sort(byScore).slice(0, Math.max(readMax, limit));
    const read = foremost.map((candidate) => withRest(asked, candidate)).sort(byScore);
    return read.slice(0, limit).map(({ article, text, match }, rank) => {
      const rival = read[rank === 0 ? 1 : 0];
      const lead = score(match) - (rival ? score(rival.match) : 0);
      return {
        articleId: article.id,
        question: text,
        score: score(match),
        confidence: confidence(match, lead, crowd),
      };
    });
  }

  /** The documents most worth comparing, at most `comparedMax`. */
  #candidates(asked: Features, audience: ArticleAudience): number[] {
    if (this.#scores.length < this.#owners.length) {
      this.#scores = new Float32Array(this.#owners.length * 2);
      this.#touched = new Int32Array(this.#owners.length * 2);
    }
    let count = 0;
    let lookedAt = 0;
    for (const { term, weight, holding } of this.#telling(asked)) {
      if (lookedAt > 0 && lookedAt + holding > lookedAtMax) break;
      count = this.#postings.weigh(term, weight, this.#scores, this.#touched, count);
      lookedAt += holding;
    }
    const average = this.#lengthSum / Math.max(1, this.#living);
    const foremost = new Foremost(comparedMax);
    for (const document of this.#touched.subarray(0, count)) {
      const norm = 1 + 1.2 * (0.25 + (0.75 * (this.#lengths[document] ?? 0)) / average);
      if (this.#owners[document]?.audience === audience) {
        foremost.offer(document, (this.#scores[document] ?? 0) / norm);
      }
      this.#scores[document] = 0;
    }
    return foremost.documents;
  }

  /** The terms that bring up candidates, the rarest first. */
  #telling(asked: Features): { term: string; weight: number; holding: number }[] {
    const most = Math.max(0, ...asked.values());
    return [...asked]
      .filter(([, weight]) => weight >= most * tellingShare)
      .map(([term, weight]) => ({ term, weight, holding: this.#postings.count(term) }))
      .sort((a, b) => a.holding - b.holding);
  }

  /** Each term by what it may tell and how rare it is among the questions known here and beforehand. */
  #weighed(features: Features): Features {
    const weighed = new Map<string, number>();
    for (const [term, weight] of features) weighed.set(term, weight * this.#rarity(term));
    return weighed;
  }

  #rarity(term: string): number {
    const all = this.#living + priorQuestions;
    const holding = this.#postings.count(term) + priorQuestions * prior(term);
    return Math.log(1 + (all - holding + 0.5) / (holding + 0.5));
  }

  #addDocument(text: string, article: Article): number {
    const document = this.#owners.length;
    const features = featuresOf(text);
    for (const term of features.keys()) this.#postings.add(term, document);
    this.#texts.push(text);
    this.#owners.push(article);
    this.#lengths.push(features.size);
    this.#lengthSum += features.size;
    this.#living += 1;
    return document;
  }

  #dropDocument(document: number): void {
    for (const term of featuresOf(this.#texts[document] ?? '').keys()) this.#postings.discount(term);
    this.#lengthSum -= this.#lengths[document] ?? 0;
    this.#texts[document] = '';
    this.#owners[document] = undefined;
    this.#living -= 1;
  }

  #startAfresh(): void {
    const articles = [...this.#articles.values()].map(({ article }) => article);
    this.#articles.clear();
    this.#postings = new Postings();
    this.#texts = [];
    this.#owners = [];
    this.#lengths = [];
    this.#lengthSum = 0;
    this.#living = 0;
    for (const article of articles) this.put(article);
  }
}

export function buildIndex(articles: Iterable<Article>): ArticleIndex {
  const index = new ArticleIndex();
  for (const article of articles) index.put(article);
  return index;
}

/** In the weight of terms. */
interface Match {
  asked: number;
  /** How much of what was asked the article takes up. */
  found: number;
  /** The share of its question that was asked for. */
  about: number;
}

interface Candidate {
  article: Article;
  text: string;
  match: Match;
}

function compare(asked: Features, document: Features): Match {
  let found = 0;
  for (const [term, weight] of asked) found += Math.min(weight, document.get(term) ?? 0);
  return { asked: sumOf(asked), found, about: found / Math.max(sumOf(document), Number.MIN_VALUE) };
}

/** Adds what the matched question leaves open, and the rest of the article takes up. */
function withRest(asked: Features, { article, text, match }: Candidate): Candidate {
  const inQuestion = featuresOf(text);
  const { question, similar, answer, category } = article;
  const rest = featuresOf([...category, answer.slice(0, answerLengthMax), question, ...similar].join('\n'));
  let taken = 0;
  for (const [term, weight] of asked) if (!inQuestion.has(term) && rest.has(term)) taken += weight;
  return { article, text, match: { ...match, found: match.found + restShare * taken } };
}

function sumOf(features: Features): number {
  let sum = 0;
  for (const weight of features.values()) sum += weight;
  return sum;
}

const score = ({ asked, found, about }: Match) =>
  asked === 0 ? 0 : Math.min(1, found / asked) ** foundShare * about ** (1 - foundShare);
const byScore = (a: Candidate, b: Candidate) => score(b.match) - score(a.match);

function confidence({ asked, found, about }: Match, lead: number, crowd: number): number {
  if (found === 0 || about === 0) return 0;
  const story = Math.max(0, asked - found);
  const storyHere = storyMax * crowd;
  const explained = found / (found + (story * storyHere) / (story + storyHere));
  const weighed =
    belief.base +
    belief.explained * Math.log(explained) +
    belief.about * Math.log(about) +
    (belief.lead / crowd) * Math.min(clearLead, Math.max(0, lead));
  return 1 / (1 + Math.exp(-weighed));
}

/** Keeps the highest of many, in no time when most are lower than what it has. */
class Foremost {
  readonly #max: number;
  readonly #kept: { document: number; score: number }[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  offer(document: number, score: number): void {
    const last = this.#kept[this.#kept.length - 1];
    if (this.#kept.length === this.#max && last && score <= last.score) return;
    const below = this.#kept.findIndex((kept) => kept.score < score);
    this.#kept.splice(below < 0 ? this.#kept.length : below, 0, { document, score });
    if (this.#kept.length > this.#max) this.#kept.pop();
  }

  get documents(): number[] {
    return this.#kept.map(({ document }) => document);
  }
}
