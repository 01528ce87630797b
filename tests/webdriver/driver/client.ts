/**
 * A client of the W3C's WebDriver protocol, for browsers that Playwright cannot drive: as they are
 * installed, unlike its own builds of them. Its one library for Node 20 would be `webdriver` 9, which
 * refuses 20.19 and brings sixty packages for the dozen commands that are needed here.
 */
import { setTimeout as rest } from 'node:timers/promises';

/** Sends a command to the browser and gives its value; rejects with the browser's own error. */
export type Send = (command: Command, parameters?: object) => Promise<unknown>;

export type Command =
  | 'NewSession'
  | 'DeleteSession'
  | 'SetTimeouts'
  | 'SetWindowRect'
  | 'Navigate'
  | 'Refresh'
  | 'Back'
  | 'NewWindow'
  | 'SwitchToWindow'
  | 'CloseWindow'
  | 'GetWindowHandle'
  | 'ExecuteAsyncScript'
  | 'ElementClick'
  | 'ElementSendKeys'
  | 'TakeScreenshot';

/** How the protocol names an element in JSON. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
type Element = Readonly<Record<typeof ELEMENT, string>>;

/** An element by CSS and, where that is not enough, by its accessible name or its text. */
export interface Target {
  readonly css: string;
  readonly name?: string | RegExp;
}

export const button = (name: Target['name']): Target => ({ css: 'button, [role="button"]', name });

/** Milliseconds that an element or a value may take to come, and between two looks for it. */
const PATIENCE = 20_000;
const LOOK_EVERY = 100;

/** Runs in the page: the elements of a target that are visible and can be used, by name a label, a text or what it says itself. */
function elementsOf(css: string, source: string | null, flags: string): globalThis.Element[] {
  const pattern = source === null ? null : new RegExp(source, flags);
  // Words that are only for screen readers stand apart, without a space between.
  const wordsOf = (element: globalThis.Element): string => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const words: string[] = [];
    while (walker.nextNode()) words.push(walker.currentNode.textContent ?? '');
    return words.join(' ');
  };
  const nameOf = (element: globalThis.Element): string => {
    const labels = (element as HTMLInputElement).labels;
    const texts = labels?.length ? [...labels] : [element];
    const text = texts.map(wordsOf).join(' ');
    return (element.getAttribute('aria-label') ?? text).replace(/\s+/g, ' ').trim();
  };
  return [...document.querySelectorAll(css)].filter(
    (element) =>
      (pattern === null || pattern.test(nameOf(element))) &&
      !(element as HTMLButtonElement).disabled &&
      (element.getClientRects().length > 0 || element instanceof HTMLInputElement),
  );
}

export class Browser {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** @param capabilities as a session asks for them */
  async open(capabilities: object): Promise<void> {
    await this.#send('NewSession', { capabilities: { alwaysMatch: capabilities } });
    await this.#send('SetTimeouts', { script: 600_000, pageLoad: 60_000 });
    await this.#send('SetWindowRect', { width: 1280, height: 900 });
  }

  async close(): Promise<void> {
    await this.#send('DeleteSession');
  }

  async goto(url: string): Promise<void> {
    await this.#send('Navigate', { url });
  }

  async reload(): Promise<void> {
    await this.#send('Refresh', {});
  }

  async back(): Promise<void> {
    await this.#send('Back', {});
  }

  /** A new tab, which is looked at from now on; its handle, and that of the one before. */
  async newTab(): Promise<{ readonly tab: string; readonly before: string }> {
    const before = asHandle(await this.#send('GetWindowHandle'));
    const tab = asHandle(await this.#send('NewWindow', { type: 'tab' }));
    await this.switchTo(tab);
    return { tab, before };
  }

  async switchTo(handle: string): Promise<void> {
    await this.#send('SwitchToWindow', { handle });
  }

  /** Closes the tab that is looked at; another one has to be switched to. */
  async closeTab(): Promise<void> {
    await this.#send('CloseWindow');
  }

  /** A PNG of what is seen. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await this.#send('TakeScreenshot', {})), 'base64');
  }

  /** Calls a function in the page, of which nothing but its text gets there. */
  async evaluate<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    ...args: Args
  ): Promise<Awaited<T>> {
    const script = `
      const settle = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${String(fn)})(...arguments[0])).then(
        (value) => settle({ value: value ?? null }),
        (error) => settle({ failure: String(error && error.stack || error) }));`;
    const answer = (await this.#send('ExecuteAsyncScript', { script, args: [args] })) as
      { readonly value: Awaited<T> } | { readonly failure: string };
    if ('failure' in answer) throw new Error(`In the page: ${answer.failure}`);
    return answer.value;
  }

  /** Brings the first element of a selector to the window's upper edge. */
  async scrollTo(css: string): Promise<void> {
    await this.until(css, () =>
      this.evaluate((selector) => {
        document.querySelector(selector)?.scrollIntoView();
        return document.querySelector(selector) && true;
      }, css),
    );
  }

  /** The first visible element of a target, which is waited for and brought into sight. */
  async find({ css, name }: Target): Promise<Element> {
    const pattern = typeof name === 'string' ? `^${escaped(name)}$` : (name?.source ?? null);
    const flags = name instanceof RegExp ? name.flags : '';
    // WebKit's own way into sight ends at the window's edge, and its click beside it.
    const script = `
      const element = (${String(elementsOf)})(...arguments[0])[0] ?? null;
      element?.scrollIntoView({ block: 'center', behavior: 'instant' });
      window.wasClicked = false;
      element?.addEventListener('click', () => (window.wasClicked = true), true);
      arguments[arguments.length - 1](element);`;
    const args = [[css, pattern, flags]];
    return this.until(`${css} named ${String(name)}`, async () => {
      return (await this.#send('ExecuteAsyncScript', { script, args })) as Element | null;
    });
  }

  /** Clicks until a click arrives: what is found may be drawn anew, or move while the mouse is on its way. */
  async click(target: Target): Promise<void> {
    await this.until(`a click on ${target.css} named ${String(target.name)}`, async () => {
      const { [ELEMENT]: id } = await this.find(target);
      return this.#send('ElementClick', { id }).then(
        () => this.#hasArrived(),
        (error: unknown) => {
          if (/stale|intercepted|not interactable/.test(String(error))) return null;
          throw error;
        },
      );
    });
  }

  /** Clicks once on what leads away from the page, which then tells nobody of the click. */
  async clickAway(target: Target): Promise<void> {
    const { [ELEMENT]: id } = await this.find(target);
    await this.#send('ElementClick', { id });
  }

  /** Whether the element that was found last has heard of a click; the browser may have yet to tell it. */
  #hasArrived(): Promise<true | null> {
    return this.evaluate(async () => {
      const page = window as unknown as { wasClicked: boolean };
      for (let i = 0; i < 10 && !page.wasClicked; i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return page.wasClicked || null;
    });
  }

  /** Types into a field, or chooses a file by its path. */
  async type(target: Target, text: string): Promise<void> {
    const { [ELEMENT]: id } = await this.find(target);
    await this.#send('ElementSendKeys', { id, text });
  }

  /** What an element says, once `accept` takes it; it is asked for until then. */
  async text(target: Target, accept: (text: string) => boolean = () => true): Promise<string> {
    return this.#read(target.css, null, accept, target);
  }

  /** An attribute of the first element of a selector, once `accept` takes it. */
  async attribute(
    css: string,
    name: string,
    accept: (value: string) => boolean = () => true,
    patience = PATIENCE,
  ): Promise<string> {
    return this.#read(css, name, accept, { css }, patience);
  }

  async #read(
    css: string,
    attribute: string | null,
    accept: (value: string) => boolean,
    { name }: Target,
    patience = PATIENCE,
  ): Promise<string> {
    let last: string | null = null;
    const what = attribute === null ? `the text of ${css}` : `${attribute} of ${css}`;
    const wanted = (): string => `${what} ${String(name ?? '')} (last: ${JSON.stringify(last)})`;
    return this.until(
      wanted,
      async () => {
        last = await this.evaluate(
          (selector, key) => {
            const element = document.querySelector(selector);
            return element && (key === null ? element.textContent : element.getAttribute(key));
          },
          css,
          attribute,
        );
        return last !== null && accept(last) ? last : null;
      },
      patience,
    );
  }

  /** What `look` finds; it looks again until it is something other than null. */
  async until<T>(
    what: string | (() => string),
    look: () => Promise<T | null>,
    patience = PATIENCE,
  ): Promise<T> {
    const deadline = performance.now() + patience;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (performance.now() > deadline) {
        throw new Error(
          `Waited in vain for ${typeof what === 'string' ? what : what()} (${patience} ms).`,
        );
      }
      await rest(LOOK_EVERY);
    }
  }
}

function asHandle(value: unknown): string {
  return typeof value === 'string' ? value : (value as { readonly handle: string }).handle;
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
