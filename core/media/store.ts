/**
 * Where the bytes of files are kept, apart from the rows that describe them. Bytes are addressed by their own SHA-256
 * within a tenant, so storing the same file twice keeps it once, and what is stored never changes.
 */
export interface MediaStore {
  /** Resolves once the bytes cannot be lost any more. @returns their SHA-256 */
  put(tenantId: string, bytes: Buffer): Promise<Buffer>;
  /** @returns undefined when there are none with this hash */
  get(tenantId: string, sha256: Buffer): Promise<Buffer | undefined>;
  delete(tenantId: string, sha256: Buffer): Promise<void>;
}
