/** Hatches of what is off, one for each resource: told apart by their lines and not by colour. */
import type { ExpressionSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Colours } from '../style/palette';

const SIZE = 16;
const RATIO = 2;

/** Lines in a square of 16 that meet its neighbours. */
const LINES: Readonly<Record<string, string>> = {
  coldWater: 'M-4 4 4-4M0 16 16 0M12 20l8-8',
  hotWater: 'M-4 4 4-4M-4 12 12-4M0 16 16 0M4 20 20 4M12 20l8-8',
  heat: 'M-4 12l8 8M0 0l16 16M12-4l8 8',
  power: 'M0 16 16 0M0 0l16 16',
  gas: 'M1 4h6M9 12h6',
  lift: 'M8 0v16',
  road: 'M0 8h16',
  other: 'M8 5v6M5 8h6',
};

const nameOf = (resource: string): string => `hatch-${resource}`;

/** The image of a feature's hatch as an expression of the style. */
export function hatchName(): ExpressionSpecification {
  const pairs = Object.keys(LINES).flatMap((resource) => [resource, nameOf(resource)]);
  return [
    'match',
    ['get', 'hatch'],
    ...pairs,
    nameOf('other'),
  ] as unknown as ExpressionSpecification;
}

export function drawHatches(map: MapLibre, colours: Colours): void {
  for (const [resource, path] of Object.entries(LINES)) {
    const name = nameOf(resource);
    const image = draw(path, colours);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  }
}

function draw(path: string, colours: Colours): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser draws no pictures');
  pen.scale(RATIO, RATIO);
  pen.lineWidth = 1.6;
  pen.strokeStyle = colours.text;
  pen.globalAlpha = 0.6;
  pen.stroke(new Path2D(path));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
