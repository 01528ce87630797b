/** `npm start -- --lan`: what is wrong with a port or a certificate is a sentence before anything is served. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../../scripts/lib/lan.mjs';
import { serveFolder } from '../../../scripts/lib/serve.mjs';

const folder = 'tests/fixtures/certificates';
const file = (name: string) => path.join(folder, name);
const cert = file('room.pem');
const key = file('room-key.pem');

describe('a certificate', () => {
  it('is read with the key that it was made with', async () => {
    expect(await readCertificate({ cert, key })).toMatchObject({
      cert: expect.stringContaining('BEGIN CERTIFICATE') as string,
      key: expect.stringContaining('BEGIN PRIVATE KEY') as string,
    });
    expect(await readCertificate({})).toBeNull();
  });

  it.each([
    ['without its key', { cert }, /add --key FILE/],
    ['that is missing', { cert: file('none.pem'), key }, /none\.pem cannot be read/],
    ['that is a key', { cert: key, key }, /holds no certificate/],
    ['whose key is a certificate', { cert, key: cert }, /holds no private key/],
    ['of another key', { cert, key: file('other-key.pem') }, /does not belong to the key/],
  ])('%s is refused with a sentence', async (_, files, sentence) => {
    await expect(readCertificate(files)).rejects.toThrow(sentence);
  });
});

it('a port that is taken is named, and another one is not taken in its place', async () => {
  const { server, port } = await serveFolder({ port: 0, folder });
  try {
    const again = serveFolder({ port, folder, triesOthers: false });
    await expect(again).rejects.toThrow(`Port ${port} is taken by another program`);
  } finally {
    server.close();
  }
});
