import type { Socket } from '../ports/bot.js';

/**
 * The long connections that this process holds, by workspace. Some platforms are also spoken to over them, and then only
 * the process that holds one can send.
 */
export class Lines {
  private readonly held = new Map<string, Set<Socket>>();
  private readonly ears = new Set<(workspaceId: string) => void>();

  add(workspaceId: string, socket: Socket): void {
    const sockets = this.held.get(workspaceId) ?? new Set();
    this.held.set(workspaceId, sockets.add(socket));
    for (const heard of this.ears) heard(workspaceId);
  }

  delete(workspaceId: string, socket: Socket): void {
    const sockets = this.held.get(workspaceId);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.held.delete(workspaceId);
  }

  of(workspaceId: string): Socket | undefined {
    return [...(this.held.get(workspaceId) ?? [])].at(-1);
  }

  /** Tells of every connection that is opened from now on. */
  onOpened(heard: (workspaceId: string) => void): void {
    this.ears.add(heard);
  }
}
