/** Small signs of places on the base map, drawn here: strokes in a square of 16. */
import type { Map as MapLibre } from 'maplibre-gl';
import type { Colours } from '../style/palette';

export const PICTOGRAMS: Readonly<Record<string, string>> = {
  hospital: 'M8 4v8M4 8h8',
  clinic: 'M8 5v6M5 8h6',
  ambulance: 'M8 4v8M4.5 6l7 4M11.5 6l-7 4',
  fire: 'M8 3.5c.5 2 3 3 3 5.5a3 3 0 0 1-6 0c0-1.5 1-2 1.2-3.2C7.4 6.4 8 5.2 8 3.5Z',
  police: 'M8 3.5l3.5 1.2V8c0 2-1.5 3.6-3.5 4.5C6 11.6 4.5 10 4.5 8V4.700Z',
  waterworks: 'M8 3.500c2 2.5 3 4 3 5.500a3 3 0 0 1-6 0c0-1.5 1-3 3-5.500Z',
  power: 'M9 3.500L5 9h3l-1 3.500L11 7H8Z',
  heat: 'M5 12V8M8 12V4M11 12V8',
  station: 'M5 4h6v6H5ZM5 7.500h6M5.5 12.500l1.5-2M10.5 12.500l-1.5-2',
  townhall: 'M4 6.500L8 4l4 2.500M5.5 7v4M8 7v4M10.5 7v4M4 12h8',
  school: 'M3.5 6.500L8 4.500l4.5 2L8 8.500ZM5.5 7.800v3c1.5 1 3.5 1 5 0v-3',
  kindergarten:
    'M8 4.200a1.2 1.2 0 1 0 .01 0M8 6.600v3M5.5 7.500h5M8 9.600l-1.8 2.600M8 9.600l1.8 2.6',
  shelter: 'M4 8l4-3.500L12 8M5.5 7v5h5V7',
};

const SIZE = 16;
const RATIO = 2;

export const pictogramName = (kind: string): string => `place-${kind}`;

export function drawPictograms(map: MapLibre, colours: Colours): void {
  for (const [kind, path] of Object.entries(PICTOGRAMS)) {
    const name = pictogramName(kind);
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
  pen.lineJoin = pen.lineCap = 'round';
  pen.beginPath();
  pen.roundRect(0.75, 0.75, SIZE - 1.5, SIZE - 1.5, 3);
  pen.fillStyle = colours.surface;
  pen.fill();
  pen.strokeStyle = colours.districtEdge;
  pen.lineWidth = 1;
  pen.stroke();
  pen.strokeStyle = colours.placeInk;
  pen.lineWidth = 1.4;
  pen.stroke(new Path2D(path));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
