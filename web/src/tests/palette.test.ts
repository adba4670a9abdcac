import { expect, test } from 'vitest';
import { COLOURS, SEVERITIES, SEVERITY, type Theme } from '../style/palette';

const THEMES: Theme[] = ['light', 'dark'];

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours, WCAG 2.2, 1.4.3. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test.each(THEMES)('text of the %s theme can be read on every ground', (theme) => {
  const colours = COLOURS[theme];
  for (const ground of [colours.page, colours.surface, colours.raised, colours.hover]) {
    for (const ink of [colours.text, colours.quiet, colours.faint]) {
      expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test.each(THEMES)('severity words of the %s theme can be read', (theme) => {
  const colours = COLOURS[theme];
  for (const severity of SEVERITIES) {
    for (const ground of [colours.surface, colours.hover]) {
      const found = contrast(SEVERITY[theme][severity].ink, ground);
      expect(found, `${severity} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test.each(THEMES)('severity marks of the %s theme stand out by their edge', (theme) => {
  for (const severity of SEVERITIES) {
    const found = contrast(SEVERITY[theme][severity].edge, COLOURS[theme].surface);
    expect(found, severity).toBeGreaterThanOrEqual(3);
  }
});
