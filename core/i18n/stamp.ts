const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-25 14:05:09" on the clock of a time zone: an instant that means the same whenever it is read. */
export function formatStamp(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
