/** Hands a picture out: vector for a paper, pixels for a slide, a copy for a mail. */
import { LabError } from '../../errors';
import type { Figure } from '../../figures';
import { downloadBlob, downloadText } from '../download';

export type Picture = Pick<Figure, 'id' | 'svg'>;

/** Pixels per unit of the picture: a slide of 1280 becomes 2560 wide. */
const PNG_SCALE = 2;

export function downloadSvg(figure: Picture, name: string): void {
  downloadText(`${name}-${figure.id}.svg`, figure.svg, 'image/svg+xml');
}

/** The picture as PNG; rejects where the browser cannot draw it. */
async function pngOf({ svg }: Picture): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PNG_SCALE * image.naturalWidth;
    canvas.height = PNG_SCALE * image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
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
