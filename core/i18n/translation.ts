/** A language's version of one area of texts: the same keys, no more and no fewer. The zh-CN area comes first. */
export type Translation<Area> = { readonly [Key in keyof Area]: string };

/** The names between braces in a text: `'{agent} … {place}'` has `'agent' | 'place'`. */
export type Placeholder<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;
