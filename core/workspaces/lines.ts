import type { Socket } from '../ports/bot.js';

/**
 * The long connections that this process holds, by workspace. Some platforms are also spoken to over them, and then only
 * the process that holds one can send.
 */
export class Lines {
  private readonly held = new Map<string, Set<Socket>>();

  add(workspaceId: string, socket: Socket): void {
    const sockets = this.held.get(workspaceId) ?? new Set();
    this.held.set(workspaceId, sockets.add(socket));
  }

  delete(workspaceId: string, socket: Socket): void {
    const sockets = this.held.get(workspaceId);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.held.delete(workspaceId);
  }

  of(workspaceId: string): Socket | undefined {
    return [...(this.held.get(workspaceId) ?? [])].at(-1);
  }
}
