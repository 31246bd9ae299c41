/** A template as the card platform keeps it. */
export interface Template {
  id: string;
  name: string;
  /** The exported file's text; absent until something was saved. */
  source?: string;
  published: boolean;
  /** The app that made it over the API; those of a world file belong to everybody. */
  app?: string;
}

export type ParamMap = Record<string, string>;

/** A card instance: data that a template draws wherever it was delivered. */
export interface Card {
  app: string;
  outTrackId: string;
  template: string;
  cardData: ParamMap;
  /** By person's id. */
  privateData: Record<string, ParamMap>;
  callbackType: 'STREAM' | 'HTTP' | undefined;
  callbackRouteKey: string | undefined;
  /** 1 userId, 2 unionId: in what the callback names people. */
  userIdType: number;
  /** The line in the chat list, by space (`IM_GROUP`, `IM_ROBOT`). */
  lastMessage: Record<string, string>;
  /** Spaces whose properties were given at creation. */
  spaces: string[];
  /** Ids of the people who may be mentioned in its markdown, by what `<a atId=…>` says. */
  at: Record<string, string>;
  createdAt: number;
  /** Idempotency keys of streaming calls already done. */
  guids: string[];
}

export interface CallbackRoute {
  app: string;
  key: string;
  url: string;
  apiSecret: string | undefined;
}

export const cardKey = (app: string, outTrackId: string): string => `${app}|${outTrackId}`;
