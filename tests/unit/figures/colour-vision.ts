/** Colours as people see them, for the tests of the figures. */

export const VISIONS = ['normal', 'protanopia', 'deuteranopia', 'tritanopia'] as const;
type Vision = (typeof VISIONS)[number];

type Triple = readonly [number, number, number];

/** Of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
const MATRICES: Readonly<Record<Vision, readonly [Triple, Triple, Triple]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Red, green and blue of "#0072b2" or "rgb(0, 114, 178)", 0 to 255. */
function channels(colour: string): Triple {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  const values = hex
    ? hex.slice(1).map((pair) => parseInt(pair, 16))
    : (colour.match(/[\d.]+/g) ?? []).map(Number);
  const [red = 0, green = 0, blue = 0] = values;
  return [red, green, blue];
}

function dot([a, b, c]: Triple, [x, y, z]: Triple): number {
  return a * x + b * y + c * z;
}

/** Linear RGB, 0 to 1, of a colour as someone sees it. */
export function seenBy(vision: Vision, colour: string): Triple {
  const linear = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
  const [red, green, blue] = MATRICES[vision];
  const clamp = (share: number): number => Math.min(1, Math.max(0, share));
  return [clamp(dot(red, linear)), clamp(dot(green, linear)), clamp(dot(blue, linear))];
}

/** Distance of two linear colours in OKLab, times 100 (Ottosson 2020): 2 is just seen side by side. */
export function distance(one: Triple, other: Triple): number {
  const [a, b] = [one, other].map(lab) as [Triple, Triple];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function lab(colour: Triple): Triple {
  const cones: Triple = [
    Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], colour)),
    Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], colour)),
    Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], colour)),
  ];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

/** What is seen where a colour lies over a ground with that opacity. */
export function mixed(ground: string, colour: string, opacity: number): string {
  const [below, above] = [channels(ground), channels(colour)];
  const parts = below.map((channel, i) => channel + opacity * (above[i]! - channel));
  return `rgb(${parts.join(', ')})`;
}
