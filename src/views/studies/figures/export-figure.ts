/** Hands a figure out as a file: vector for a paper, pixels for a slide, numbers for anyone. */
import { LabError } from '../../../errors';
import { tableAsCsv, type Figure } from '../../../figures';
import { downloadBlob, downloadText } from '../../download';

/** A picture in pixels is at least so wide, and never less than two for each of its own. */
const LEAST_PNG_WIDTH = 2560;

export function downloadSvg(figure: Figure, name: string): void {
  downloadText(`${name}-${figure.id}.svg`, figure.svg, 'image/svg+xml');
}

export function downloadCsv(figure: Figure, name: string): void {
  downloadText(`${name}-${figure.id}.csv`, tableAsCsv(figure.table), 'text/csv');
}

/** The picture as PNG; rejects where the browser cannot draw it. */
async function pngOf({ svg }: Pick<Figure, 'svg'>): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    const scale = Math.max(2, LEAST_PNG_WIDTH / image.naturalWidth);
    canvas.width = Math.round(scale * image.naturalWidth);
    canvas.height = Math.round(scale * image.naturalHeight);
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

export async function downloadPng(figure: Figure, name: string): Promise<void> {
  downloadBlob(`${name}-${figure.id}.png`, await pngOf(figure));
}
