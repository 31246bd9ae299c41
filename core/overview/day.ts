/** When the day began that an instant lies in, on the clock of a time zone, in epoch milliseconds. */
export function dayBegan(now: number, timeZone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of clockIn(timeZone).formatToParts(now)) parts[type] = value;
  const { hour, minute, second } = parts;
  const into = (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000 + (now % 1_000);
  return now - into;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}
