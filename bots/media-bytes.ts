import { type OutgoingMedia, SendError } from '../core/ports/courier.js';

/** The bytes of a file to send. @throws {SendError} when they can't be read now */
export async function readBytes(media: OutgoingMedia): Promise<Buffer> {
  try {
    return await media.bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SendError('later', 'media-unavailable', `the file to send could not be read: ${reason}`);
  }
}
