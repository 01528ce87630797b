/** Hosts that browser tests start and stop. */
import { ROOM_HOST } from '../../scripts/lib/browser.mjs';
import { DIST } from '../../scripts/lib/process.mjs';
import { serveFolder } from '../../scripts/lib/serve.mjs';

export interface Host {
  /** With a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Breaks off what is being sent; nothing answers at the address afterwards. */
  close(): Promise<void>;
}

/** Serves the built app, or another folder, at any free port or at one that was used before. */
export async function host({ port = 0, folder = DIST } = {}): Promise<Host> {
  const names = [ROOM_HOST];
  const { server, ...address } = await serveFolder({ port, folder, names, triesOthers: false });
  return {
    ...address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
