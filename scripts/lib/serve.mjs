/** Serves the built app on this machine only. Imported only after installation. */
import { createServer } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';
import { ROOT } from './process.mjs';

/** Ports that are tried after the wanted one. */
const TRIED_PORTS = 20;

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<boolean>} false if the port is taken
 */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error');
      resolve(true);
    });
  });
}

/**
 * Serves dist/ and returns its address.
 * @param {{ port: number, headers?: Record<string, string> }} options
 *   port: the wanted one, or the next free one after it; 0 for any. headers: sent with every file.
 */
export async function serveApp({ port, headers = {} }) {
  const files = sirv(path.join(ROOT, 'dist'), {
    etag: true,
    setHeaders(response, file) {
      // Assets carry a hash of their content in their name; everything else may change.
      const isHashed = file.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'max-age=31536000, immutable' : 'no-cache');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain' });
      response.end(`There is no ${request.url} here.`);
    });
  });
  for (let tried = port; !(await listen(server, tried)); tried++) {
    if (tried === port + TRIED_PORTS) {
      throw new Error(
        `Ports ${port} to ${tried} are all taken. Name a free one: npm start -- --port N.`,
      );
    }
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { server, port: address.port, url: `http://localhost:${address.port}/` };
}
