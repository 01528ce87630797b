/** Serves the built app. Imported only after installation, or bundled into the archive that serves itself. */
import { createServer as createPlainServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import sirv from 'sirv';
import { HEADERS, hostName, ISOLATION, LOCAL_NAMES } from './headers.mjs';

/** Ports that are tried after the wanted one. */
const TRIED_PORTS = 20;

/**
 * @param {import('node:net').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>} false if the port is taken
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve(true);
    });
  });
}

/**
 * @param {string} folder
 * @param {ReadonlySet<string>} names
 * @param {boolean} isSecure whether it is served by https
 * @returns {import('node:http').RequestListener}
 */
function handler(folder, names, isSecure) {
  const files = sirv(folder, {
    etag: true,
    setHeaders(response, file) {
      // Assets carry a hash of their content in their name; everything else may change.
      const isHashed = file.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'max-age=31536000, immutable' : 'no-cache');
      // The library knows no type for them, and would send an empty one.
      if (file.endsWith('.safetensors')) {
        response.setHeader('Content-Type', 'application/octet-stream');
      }
    },
  });
  return (request, response) => {
    const name = hostName(request.headers.host);
    const isTrusted = isSecure || LOCAL_NAMES.includes(name);
    const headers = { ...HEADERS, ...(isTrusted && ISOLATION) };
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    if (!names.has(name)) {
      // A page elsewhere may have its own name lead to this machine, to read what is served here.
      response.writeHead(421, { 'Content-Type': 'text/plain' });
      response.end(
        `The lab does not answer for "${name}". Open it at one of: ${[...names].join(', ')}.`,
      );
      return;
    }
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain' });
      response.end(`There is no ${request.url} here.`);
    });
  };
}

/**
 * @param {number} first
 * @param {number} last
 */
function taken(first, last) {
  const ports = first === last ? `Port ${first} is` : `Ports ${first} to ${last} are all`;
  return new Error(
    `${ports} taken by another program. Stop that one, or name a free port: --port N.`,
  );
}

/**
 * Serves a folder and returns its address.
 * @param {{
 *   port: number,
 *   folder: string,
 *   host?: string,
 *   certificate?: { cert: string, key: string } | null,
 *   triesOthers?: boolean,
 *   names?: readonly string[],
 * }} options
 *   port: 0 for any. host: the address to listen at, this machine's own alone by default. certificate:
 *   in PEM; served by https then. triesOthers: whether the next free port is taken where the wanted
 *   one is not free. names: names of this machine that it answers for, besides those to itself.
 */
export async function serveFolder(options) {
  const { port, folder, host = '127.0.0.1', certificate = null } = options;
  const { triesOthers = true, names = [] } = options;
  const answer = handler(folder, new Set([...LOCAL_NAMES, ...names]), certificate !== null);
  const server = certificate ? createSecureServer(certificate, answer) : createPlainServer(answer);
  const last = triesOthers ? port + TRIED_PORTS : port;
  let tried = port;
  while (!(await listen(server, tried, host))) {
    if (tried === last) throw taken(port, last);
    tried += 1;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const scheme = certificate ? 'https' : 'http';
  return { server, port: address.port, url: `${scheme}://localhost:${address.port}/` };
}
