export interface Part {
  name: string;
  fileName: string | undefined;
  body: Buffer;
}

/** Reads a multipart/form-data body (RFC 7578); `undefined` when it is not one or is cut short. */
export function readMultipart(contentType: string | undefined, body: Buffer): Part[] | undefined {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  const mark = boundary?.[1] ?? boundary?.[2];
  if (!mark) return undefined;
  const delimiter = Buffer.from(`\r\n--${mark}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let at = whole.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (whole.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const end = whole.indexOf(delimiter, start);
    if (end < 0) return undefined;
    const part = readPart(whole.subarray(start + 2, end));
    if (part) parts.push(part);
    at = end;
  }
  return undefined;
}

function readPart(bytes: Buffer): Part | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(
    bytes.subarray(0, end).toString('utf8'),
  )?.[1];
  const name = /(?:^|;)\s*name="([^"]*)"/.exec(disposition ?? '')?.[1];
  if (!disposition || name === undefined) return undefined;
  const fileName = /;\s*filename="([^"]*)"/.exec(disposition)?.[1];
  return { name, fileName, body: bytes.subarray(end + 4) };
}
