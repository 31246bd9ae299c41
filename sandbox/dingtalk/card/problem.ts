/** Something wrong with a card's data or its template. `path` names the place: `cardData.rows[2].text`. */
export interface Problem {
  path: string;
  message: string;
  /**
   * `refused`: the API refuses the call. `unshown`: it is taken, and the client shows nothing, or something else than meant
   * (on telephones at least). `advised`: a documented limit that DingTalk does not enforce as far as is known.
   */
  kind: 'refused' | 'unshown' | 'advised';
}

export type Report = (kind: Problem['kind'], path: string, message: string) => void;
