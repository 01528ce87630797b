/** Paths in a box of 16 by 16. */
export const ICONS = {
  play: 'M5 3.5 12.5 8 5 12.5Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stop: 'M4 4h8v8H4Z',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2.5 14.5 13.5H1.5ZM8 6.5v3.2M8 11.6v.1',
  broken: 'M9 1.5 4.5 8.5H8L7 14.5 11.5 7.5H8Z',
  circle: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z',
  forward: 'M2.5 8h10M9 4.5 12.5 8 9 11.5',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1v1.2M8 13.8V15M1 8h1.2M13.8 8H15M3.1 3.1l.8.8M12.1 12.1l.8.8M3.1 12.9l.8-.8M12.1 3.9l.8-.8',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  blank: 'M5 8h6',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  back: 'M13.5 8h-10M7 4.5 3.5 8 7 11.5',
  copy: 'M6 6h7v7H6ZM10 6V3H3v7h3',
  pen: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3Z',
  scissors: 'M4 3l8 8M12 3 4 11M3.2 13.2a1.6 1.6 0 1 0 0-.1M11.2 13.2a1.6 1.6 0 1 0 0-.1',
  save: 'M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  gauge: 'M2.5 11.5a5.5 5.5 0 1 1 11 0M8 11.5 10.5 7.5',
  plus: 'M8 3v10M3 8h10',
} as const;

export type IconName = keyof typeof ICONS;
