/** Sentences for settings that are typed into a form, a link or the terminal. */
export const SETTING_ERRORS = {
  /** `subject`: as a sentence begins; `allowed`: completes "it must be …". */
  'setting/refused': ({ subject, text, allowed }: Refused) =>
    `${subject} is “${text}”; it must be ${allowed}.`,
  'setting/not-json': ({ by, path, text, allowed }: NotJson) =>
    `${by} gives ${path} the value ${text}, which is not JSON. It must be ${allowed}.`,
  /** `parent`: as much of the path as there is; `known`: what is there. */
  'setting/unknown': ({ by, path, what, parent, known }: Unknown) =>
    `${by} sets "${path}", which a ${what} does not have; ${parent === '' ? 'it' : parent} has: ${known.join(', ') || 'no settings'}.`,
} as const;

export interface Refused {
  readonly subject: string;
  readonly text: string;
  readonly allowed: string;
}

interface NotJson {
  readonly by: string;
  readonly path: string;
  readonly text: string;
  readonly allowed: string;
}

interface Unknown {
  /** Who sets it, as a sentence begins: `The link`. */
  readonly by: string;
  readonly path: string;
  /** What it is not a setting of: `study`. */
  readonly what: string;
  readonly parent: string;
  readonly known: readonly string[];
}
