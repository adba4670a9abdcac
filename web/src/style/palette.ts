/**
 * Every colour of the console, once. Severity colours are of the Okabe-Ito family (Okabe and
 * Ito 2008), lightened or darkened until they reach WCAG AA on their theme; shape and word
 * always stand beside them. `critical` is the only red, and means: a person is needed now.
 * Chrome is grey.
 */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Theme = 'light' | 'dark';

interface SeverityColour {
  /** fill of the mark */
  mark: string;
  /** outline of the mark, 3:1 on the surface */
  edge: string;
  /** the severity's word as text, 4.5:1 on the surface */
  ink: string;
}

const light = {
  page: '#eef0f2',
  surface: '#ffffff',
  raised: '#f6f7f8',
  hover: '#eceef1',
  chosen: '#e2e6ea',
  line: '#dde0e5',
  edge: '#878f9b',
  text: '#15181d',
  quiet: '#4a525d',
  faint: '#5d6570',
  inverse: '#ffffff',
  focus: '#0072b2',
  series: '#0072b2',
  seriesFill: '#0072b21a',
  good: '#00705a',
  exerciseA: '#8a3d6b',
  exerciseB: '#9b4a7b',
  exerciseInk: '#ffffff',
  land: '#f4f4f2',
  district: '#ebebe7',
  districtEdge: '#c9c9c3',
  water: '#bcd2df',
  waterInk: '#44697f',
  road: '#ffffff',
  roadEdge: '#cfcfca',
  placeInk: '#5b5f66',
  halo: '#f8f8f6',
  point: '#5d6672',
  pointEdge: '#ffffff',
  cluster: '#d5d9de',
  shadow: '#15181d24',
};

const dark: typeof light = {
  page: '#0d1013',
  surface: '#15191e',
  raised: '#1b2026',
  hover: '#222830',
  chosen: '#2b323b',
  line: '#2a3038',
  edge: '#6d7784',
  text: '#e9ecf0',
  quiet: '#b3bbc6',
  faint: '#98a1ad',
  inverse: '#0d1013',
  focus: '#56b4e9',
  series: '#56b4e9',
  seriesFill: '#56b4e926',
  good: '#3fc79f',
  exerciseA: '#6b3356',
  exerciseB: '#7d3d65',
  exerciseInk: '#ffffff',
  land: '#14191e',
  district: '#1b2128',
  districtEdge: '#465059',
  water: '#23475e',
  waterInk: '#7fa9c1',
  road: '#3b444f',
  roadEdge: '#14191e',
  placeInk: '#9aa3af',
  halo: '#14191e',
  point: '#a3adb9',
  pointEdge: '#12161a',
  cluster: '#39424d',
  shadow: '#00000073',
};

export type Colours = typeof light;
export const COLOURS: Record<Theme, Colours> = { light, dark };

export const SEVERITY: Record<Theme, Record<Severity, SeverityColour>> = {
  light: {
    informational: { mark: '#8b95a1', edge: '#5d6570', ink: '#4a525d' },
    low: { mark: '#56b4e9', edge: '#00578a', ink: '#005f95' },
    medium: { mark: '#f0e442', edge: '#6b6200', ink: '#635a00' },
    high: { mark: '#f0a30a', edge: '#8a5200', ink: '#854f00' },
    critical: { mark: '#c8320a', edge: '#8f2205', ink: '#b52c07' },
  },
  dark: {
    informational: { mark: '#8b95a1', edge: '#b3bbc6', ink: '#b3bbc6' },
    low: { mark: '#3d9bd1', edge: '#8ccdf2', ink: '#7cc6f0' },
    medium: { mark: '#e6da3a', edge: '#f5ee8f', ink: '#efe56a' },
    high: { mark: '#e69f00', edge: '#ffc65c', ink: '#f7b53a' },
    critical: { mark: '#f2562b', edge: '#ffa389', ink: '#ff8260' },
  },
};

/** Write the theme's colours as custom properties: `--surface`, `--severity-high-mark` … */
export function paint(root: HTMLElement, theme: Theme): void {
  root.dataset['theme'] = theme;
  root.style.colorScheme = theme;
  for (const [name, colour] of Object.entries(COLOURS[theme])) {
    root.style.setProperty(`--${name}`, colour);
  }
  for (const [severity, colours] of Object.entries(SEVERITY[theme])) {
    for (const [part, colour] of Object.entries(colours)) {
      root.style.setProperty(`--severity-${severity}-${part}`, colour);
    }
  }
}
