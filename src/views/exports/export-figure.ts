/** Hands a picture out: vector for a paper, pixels for a slide, a copy for a mail. */
import { LabError } from '../../errors';
import type { Figure } from '../../figures';
import { downloadBlob, downloadText } from '../download';

export type Picture = Pick<Figure, 'id' | 'svg'>;

/** A picture in pixels is at least so wide, and never less than two for each of its own … */
const LEAST_PNG_WIDTH = 2560;

/** … unless it is too tall for that: on an iPhone a larger canvas stays empty without an error. */
const MOST_PNG_PIXELS = 4096 * 4096;

/** Pixels of a PNG for each one of the picture, whose size is in CSS pixels. */
export function pngScale({ width, height }: { width: number; height: number }): number {
  const most = Math.sqrt(MOST_PNG_PIXELS / (width * height));
  return Math.min(Math.max(2, LEAST_PNG_WIDTH / width), most);
}

export function downloadSvg(figure: Picture, name: string): void {
  downloadText(`${name}-${figure.id}.svg`, figure.svg, 'image/svg+xml');
}

/** Pixels of known colours: a privacy mode may alter a few of them only. */
const KNOWN = 64;

/**
 * Whether a page reads other pixels from a canvas than it has drawn. Privacy modes see to that without
 * an error, and a picture made of it shows stripes or noise.
 */
function altersPixels(context: CanvasRenderingContext2D): boolean {
  const drawn = Array.from({ length: KNOWN }, (_, i) => [4 * i, 255 - 3 * i, (i * 37) % 256, 255]);
  for (const [i, [red, green, blue]] of drawn.entries()) {
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(i, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, KNOWN, 1);
  context.clearRect(0, 0, KNOWN, 1);
  return drawn.flat().some((value, i) => data[i] !== value);
}

/** The picture as PNG; rejects where the browser cannot draw it, or alters what is drawn. */
async function pngOf({ svg }: Picture): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = pngScale({ width, height });
    canvas.width = Math.floor(scale * width);
    canvas.height = Math.floor(scale * height);
    const context = canvas.getContext('2d');
    if (!context) throw new LabError('page/png');
    if (altersPixels(context)) throw new LabError('page/png-altered');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new LabError('page/png'));
      }, 'image/png');
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

export async function downloadPng(figure: Picture, name: string): Promise<void> {
  downloadBlob(`${name}-${figure.id}.png`, await pngOf(figure));
}

/** Puts the picture on the clipboard as PNG; rejects where the browser does not let it. */
export async function copyPng(figure: Picture | Promise<Picture>): Promise<void> {
  // Typed as if it were always there; outside a secure context it is not.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard?.write) throw new LabError('page/no-clipboard');
  const png = Promise.resolve(figure).then(pngOf);
  // The picture is handed over as a promise: a click counts as consent for a moment only.
  await clipboard.write([new ClipboardItem({ 'image/png': png })]);
}
