import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/registry';

interface Fruit {
  readonly name: string;
}
const fruits = () =>
  new Registry<Fruit>('fruit', ({ name }) => name, [{ name: 'apple' }, { name: 'pear' }]);

describe('a registry', () => {
  it('finds its entries by name and keeps their order', () => {
    expect(fruits().named('pear')).toEqual({ name: 'pear' });
    expect(fruits().all()).toEqual([{ name: 'apple' }, { name: 'pear' }]);
  });

  it('names what there is where something is not', () => {
    expect(() => fruits().named('plum')).toThrow(
      'There is no fruit "plum"; choose one of: apple, pear.',
    );
  });

  it('takes an entry and lets go of it again', () => {
    const registry = fruits();
    const unregister = registry.register({ name: 'plum' });
    expect(registry.named('plum')).toEqual({ name: 'plum' });
    unregister();
    expect(registry.all()).toHaveLength(2);
  });

  it('refuses a name that is in use', () => {
    expect(() => fruits().register({ name: 'apple' })).toThrow(/already is a fruit "apple"/);
  });
});
