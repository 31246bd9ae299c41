/** One unit of knowledge. `similar` are other ways of asking `question`; `category` goes from broad to narrow. */
export interface Article {
  id: string;
  question: string;
  similar: string[];
  answer: string;
  category: string[];
  audience: ArticleAudience;
}

/** Whom it may be told to: someone outside, or a member asking an internal queue. */
export type ArticleAudience = 'customer' | 'employee';
