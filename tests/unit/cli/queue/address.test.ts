import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/cli/queue/address';

describe('the address of a queue', () => {
  it.each([
    ['embedded', { kind: 'embedded', port: 7420, text: 'embedded:7420' }],
    ['embedded:7000', { kind: 'embedded', port: 7000, text: 'embedded:7000' }],
    ['redis://host', { kind: 'redis', url: 'redis://host', text: 'redis://host' }],
    ['redis://host:1/3', { kind: 'redis', url: 'redis://host:1/3', text: 'redis://host:1/3' }],
    [
      'postgres://host/lab',
      { kind: 'postgres', url: 'postgres://host/lab', text: 'postgres://host/lab' },
    ],
  ])('%s is read', (address, expected) => {
    expect(parseAddress(address)).toEqual(expected);
  });

  it.each([
    'rediss://me:secret@host:6380/1',
    'postgresql://me:secret@host:5433/lab?sslmode=require&password=secret',
  ])('is shown without its password, and used with it: %s', (address) => {
    const read = parseAddress(address);
    expect(read.text).not.toMatch(/secret|me/);
    expect(read).toMatchObject({ url: address });
  });

  it.each([
    ['', /--queue is empty; it must be embedded/],
    ['queue', /--queue is "queue"; it must be embedded, embedded:PORT, redis:\/\/HOST/],
    ['http://host', /--queue is "http:\/\/host\/"; it must be/],
    ['redis://', /--queue is "redis:\/\/"; it must be/],
    ['redis://host/jobs', /ends with "\/jobs"; a database of Redis is a number/],
    ['postgres://host', /must end with the name of a database/],
    ['embedded:0', /"embedded:0"; the port must be an integer from 1 to 65535/],
    ['embedded:70000', /"embedded:70000"; the port must be/],
    ['embedded:seven', /"embedded:seven"; the port must be/],
    ['embedded:host:7420', /names the host "host".*ssh -L 7420:localhost:7420 host/],
  ])('%j is refused with a sentence', (address, message) => {
    expect(() => parseAddress(address)).toThrow(message);
  });
});
