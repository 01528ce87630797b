/** What a page could not load, read or write. */
import { counted } from './counted';

export const PAGE_ERRORS = {
  'page/flag-twice': ({ name, values }: { name: string; values: readonly string[] }) =>
    `The link gives “${name}” ${values.length} times (${values.join(', ')}); the first was taken. Give it once.`,
  'page/no-chapter': ({ name, known }: { name: string; known: readonly string[] }) =>
    `The lesson has no chapter “${name}”; it has: ${known.join(', ')}.`,
  'page/gone': () =>
    'This page could not be loaded, though its host answers: it may have another version of the lab by now. A reload shows it.',
  'page/no-host': () =>
    'This page could not be loaded: the host that the lab came from does not answer. Is it, or the network, switched off?',
  'page/no-clipboard': () =>
    'This browser gives the page no clipboard; save the picture as PNG instead.',
  'page/no-study': ({ id }: { id: string }) =>
    `This browser keeps no study “${id}”, which the link names: it may have been deleted, or the link is from another browser. A bundle takes a study along.`,
  'page/no-slide': ({ slide, known }: { slide: string; known: readonly string[] }) =>
    `The link asks for the slide “${slide}”; there are: ${known.join(', ')}.`,
  'page/set-link': ({ name, text, allowed }: { name: string; text: string; allowed: string }) =>
    `The link has ${name}=${text}, which was left out; allowed: ${allowed}.`,
  'page/png': () => 'The browser could not make a PNG of the figure.',
  'page/png-altered': () =>
    'This browser alters what a page reads from a picture, to protect your privacy: a PNG would show stripes. Save the figure as SVG, or allow this site to read canvases.',
  'page/bundle-host': ({ address, host }: { address: string; host: string }) =>
    `The bundle ${address} lies on another host; only files of ${host} are opened. Download it and drop it here.`,
  'page/bundle-http': ({ path, status }: { path: string; status: number }) =>
    `There is no bundle at ${path}: the host answers ${status}.`,
  'page/bundle-large': ({ path, bytes, most }: { path: string; bytes: number; most: number }) =>
    `The bundle at ${path} has ${counted(bytes, 'byte')}; up to ${most} are opened.`,
  'page/file-large': ({ file, bytes, most }: { file: string; bytes: number; most: number }) =>
    `${file} has ${counted(bytes, 'byte')}; up to ${most} are read.`,
  'page/file-json': ({ reason }: { reason: string }) => `The file is not JSON: ${reason}.`,
};
