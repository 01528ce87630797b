/** What the lab's servers send with everything, and whom they answer. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { HEADERS, ISOLATION } from '../../../scripts/lib/headers.mjs';
import { serveFolder } from '../../../scripts/lib/serve.mjs';

const folder = 'tests/fixtures/certificates';

/** Status and headers of what a server says to a request for a file under a name. */
function ask(port: number, host: string, path = '/room.pem') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const asked = request({ port, path, host: '127.0.0.1', headers: { host } }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
      });
      asked.on('error', reject).end();
    },
  );
}

it('every answer carries the policies, one that there is no such file too', async () => {
  const { server, port } = await serveFolder({ port: 0, folder });
  try {
    for (const [path, status] of [
      ['/room.pem', 200],
      ['/none', 404],
    ] as const) {
      const answer = await ask(port, `localhost:${port}`, path);
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries({ ...HEADERS, ...ISOLATION })) {
        expect(answer.headers[name.toLowerCase()]).toBe(value);
      }
    }
  } finally {
    server.close();
  }
});

it('isolation is asked for where browsers have it: at this machine’s names, and by https', async () => {
  const { server, port } = await serveFolder({ port: 0, folder, names: ['my-laptop.local'] });
  try {
    const { headers } = await ask(port, `my-laptop.local:${port}`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    for (const name of Object.keys(ISOLATION))
      expect(headers).not.toHaveProperty(name.toLowerCase());
  } finally {
    server.close();
  }
});

it('a name that is not this machine’s gets no file', async () => {
  const { server, port } = await serveFolder({ port: 0, folder, names: ['my-laptop.local'] });
  try {
    for (const name of ['localhost', '127.0.0.1', 'my-laptop.local', 'My-Laptop.local', '[::1]']) {
      expect((await ask(port, `${name}:${port}`)).status).toBe(200);
    }
    expect((await ask(port, `elsewhere.example:${port}`)).status).toBe(421);
    expect((await ask(port, 'localhost.elsewhere.example')).status).toBe(421);
  } finally {
    server.close();
  }
});

it('the archive’s server in Python sends the same', async () => {
  const code = await readFile('scripts/pack/serve.py', 'utf8');
  const print = 'import json; print(json.dumps([HEADERS, list(NAMES)]))';
  const upToClass = code.slice(0, code.indexOf('class Handler'));
  const script = `__file__ = "serve.py"\n${upToClass}\n${print}`;
  const { stdout } = await promisify(execFile)('python3', ['-c', script]);
  expect(JSON.parse(stdout)).toEqual([
    { ...HEADERS, ...ISOLATION },
    ['localhost', '127.0.0.1', '[::1]'],
  ]);
});
