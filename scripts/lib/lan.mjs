/** Serving a room: addresses, and the certificate that makes them secure. Uses Node's own modules only. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';

/**
 * @param {string} option
 * @param {string} file
 */
async function readPem(option, file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--${option} ${file} cannot be read: ${why}. Name a file in PEM format.`, {
      cause: error,
    });
  }
}

/**
 * What is in a PEM file; throws with a sentence where it is something else.
 * @template T
 * @param {string} option
 * @param {string} file
 * @param {string} expected
 * @param {() => T} parse
 * @returns {T}
 */
function parsed(option, file, expected, parse) {
  try {
    return parse();
  } catch (error) {
    throw new Error(`--${option} ${file} holds no ${expected}.`, { cause: error });
  }
}

/**
 * Reads a certificate and its key, in PEM; null where neither is named. Throws with a sentence where one
 * is missing, is something else, has expired, or where the two do not belong together.
 * @param {{ cert?: string | undefined, key?: string | undefined }} files
 * @returns {Promise<{ cert: string, key: string } | null>}
 */
export async function readCertificate({ cert: certFile, key: keyFile }) {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined) throw new Error('--key needs its certificate: add --cert FILE.');
  if (keyFile === undefined) throw new Error('--cert needs its private key: add --key FILE.');
  const cert = await readPem('cert', certFile);
  const key = await readPem('key', keyFile);
  const certificate = parsed(
    'cert',
    certFile,
    'certificate in PEM format (it begins with -----BEGIN CERTIFICATE-----)',
    () => new X509Certificate(cert),
  );
  const privateKey = parsed(
    'key',
    keyFile,
    'private key in PEM format without a passphrase (it begins with -----BEGIN PRIVATE KEY-----)',
    () => createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(
      `The certificate ${certFile} does not belong to the key ${keyFile}. Name the two files that were made together.`,
    );
  }
  if (Date.parse(certificate.validTo) < Date.now()) {
    throw new Error(
      `The certificate ${certFile} expired on ${certificate.validTo}; browsers refuse it. Make a new one.`,
    );
  }
  return { cert, key };
}

/** Addresses of this machine that other devices of its networks reach. */
function addresses() {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** The names under which other devices may ask for this machine. */
export function roomNames() {
  const name = hostname().toLowerCase();
  return [...addresses(), name, `${name}.local`];
}

const SECURE =
  'These addresses are secure contexts where the browser trusts the certificate: nothing is withheld.';
const INSECURE = [
  'These addresses are not secure contexts: runs, sets, studies and ceilings work there, on the engine wasm.',
  'Browsers withhold there: WebGPU, use without a network, the lock that keeps two tabs off one run, a',
  'screen that stays awake, and the promise to keep what is stored. For all of it: --cert FILE --key FILE.',
].join('\n');

/**
 * Tells the addresses of a server that listens to the whole network, and what they are good for.
 * @param {{ port: number, isSecure: boolean }} place
 */
export function announceRoom({ port, isSecure }) {
  const scheme = isSecure ? 'https' : 'http';
  const found = addresses();
  const lines = found.map((address) => `  ${scheme}://${address}:${port}/`);
  process.stdout.write(
    found.length === 0
      ? '\nThis machine is in no network: no other device reaches it.\n'
      : `\nOther devices of the network reach it at\n${lines.join('\n')}\n${isSecure ? SECURE : INSECURE}\n`,
  );
}
