/** The click cannot happen at all: the person would find nothing to press, or the client would not let them. */
export class NotPressable extends Error {}
