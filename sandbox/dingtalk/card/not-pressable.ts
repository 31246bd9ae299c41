/** Why a client would not let a person do this to a card. */
export class NotPressable extends Error {}
