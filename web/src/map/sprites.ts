/** The severity marks as images of the map, drawn here from the same shapes as on the page. */
import type { ExpressionSpecification, Map as MapLibre } from 'maplibre-gl';
import { SEVERITIES, SEVERITY, type Severity, type Theme } from '../style/palette';
import { SHAPES, SIGNS } from '../style/shapes';

const SIZE = 20;
const RATIO = 2;

const nameOf = (severity: Severity, solid: boolean): string =>
  `sign-${severity}-${solid ? 'solid' : 'hollow'}`;

/** The image of a rank (0 to 4) as an expression of the style. */
export function signName(rank: ExpressionSpecification, solid: boolean): ExpressionSpecification {
  const [first, ...others] = SEVERITIES;
  const pairs = others.flatMap((severity, index) => [index + 1, nameOf(severity, solid)]);
  return ['match', rank, ...pairs, nameOf(first, solid)] as unknown as ExpressionSpecification;
}

export function drawSigns(map: MapLibre, theme: Theme): void {
  for (const severity of SEVERITIES) {
    for (const solid of [true, false]) {
      const name = nameOf(severity, solid);
      const image = draw(severity, solid, theme);
      if (map.hasImage(name)) map.updateImage(name, image);
      else map.addImage(name, image, { pixelRatio: RATIO });
    }
  }
}

function draw(severity: Severity, solid: boolean, theme: Theme): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser draws no pictures');
  const colours = SEVERITY[theme][severity];
  pen.scale((SIZE * RATIO) / 18, (SIZE * RATIO) / 18);
  pen.translate(1, 1);
  pen.lineJoin = pen.lineCap = 'round';
  const shape = new Path2D(SHAPES[severity]);
  pen.lineWidth = solid ? 1 : 1.6;
  pen.strokeStyle = colours.edge;
  if (solid) {
    pen.fillStyle = colours.mark;
    pen.fill(shape);
  }
  pen.stroke(shape);
  const sign = SIGNS[severity];
  if (sign) {
    pen.lineWidth = 1.8;
    pen.strokeStyle = solid ? (severity === 'critical' ? '#fff' : '#15181d') : colours.edge;
    pen.stroke(new Path2D(sign));
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
