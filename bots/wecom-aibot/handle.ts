import { z } from 'zod';
import { parseJson } from './fields.js';

/**
 * What is needed to fetch a file later: its address, which lives five minutes, and over the long connection the key that
 * it alone is encrypted with. To core it is an opaque string (`InboundMedia.handle`).
 */
const handleSchema = z.object({ url: z.url({ protocol: /^https?$/ }), key: z.string().optional() });
export type Handle = z.infer<typeof handleSchema>;

export const handleOf = (handle: Handle): string => JSON.stringify(handle);

export const handleIn = (text: string): Handle | undefined => handleSchema.safeParse(parseJson(text)).data;
