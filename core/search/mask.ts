import { masked as maskedReach, spelled } from '../customers/reach.js';

/** A Chinese mobile number, as people write it; and any number with its country's code. */
const phones = /(?<![\d+])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|\+\d[\d -]{6,16}\d/g;
const emails = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g;

const maskPhone = (phone: string): string =>
  maskedReach('phone', spelled('phone', phone).replace(/^86(?=1\d{10}$)/, ''));

/** A text with the phone numbers and e-mail addresses in it made unreadable, wherever they stand. */
export const masked = (text: string): string =>
  text.replace(emails, (one) => maskedReach('email', one)).replace(phones, maskPhone);
