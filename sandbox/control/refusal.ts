/** A control request that cannot be done, with what to do about it. */
export class NotPossible extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
