/** The one object that owns a MapLibre map: made once per pane, moved by data, theme, language. */
import { Map as MapLibre, NavigationControl, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { BaseMap } from '../api/model';
import { COLOURS, type Theme } from '../style/palette';
import { around } from './atlas';
import type { Collection, Kind } from './features';
import { lacking } from './lacking';
import type { News } from './moving';
import { outlinesAt } from './outlines';
import { drawHatches } from './hatching';
import { drawPictograms } from './pictograms';
import { drawSigns } from './sprites';
import { style, type LiveData } from './style';

setWorkerUrl(workerUrl);

export interface Hover {
  id: string;
  kind: 'row' | 'point';
  x: number;
  y: number;
}

export interface Settings {
  center: [number, number];
  zoom: number;
  bounds: [number, number, number, number] | null;
  files: readonly string[];
  base: BaseMap | null;
  still: boolean;
  /** pixels of the drawing for one of the page */
  ratio: number;
  hover: (hover: Hover | null) => void;
  open: (id: string) => void;
  /** the first whole picture stands */
  drawn: () => void;
  words: { zoomIn: string; zoomOut: string; map: string };
}

interface Look {
  theme: Theme;
  language: string;
}
/** What is told whole when it changes, being little. */
type Little = Omit<LiveData, Kind>;
/** Many things: told piece by piece, and asked for whole where a style is made anew. */
type Things = () => Record<Kind, Collection>;

const PRESSED = [
  'signs',
  'readings',
  'vehicles',
  'clusters',
  'points',
  'areas',
  'outage-areas',
  'outage-houses',
  'lines',
] as const;

export class MapView {
  #map: MapLibre;
  #settings: Settings;
  #little: Little;
  #things: Things;
  #look: Look;
  #gone = false;
  /** what came while no style stood that could take it */
  #waiting: (() => void)[] = [];

  static async make(
    container: HTMLElement,
    settings: Settings,
    look: Look,
    little: Little,
    things: Things,
  ): Promise<MapView> {
    // the letters of both scripts must be there before the map draws its first name
    await Promise.all(
      ['400 16px Inter', '600 16px "Inter Semibold"'].map((font) =>
        document.fonts.load(font, 'Aя0'),
      ),
    );
    return new MapView(container, settings, look, little, things);
  }

  constructor(
    container: HTMLElement,
    settings: Settings,
    look: Look,
    little: Little,
    things: Things,
  ) {
    const bare = lacking(settings.files, settings.base).outlines;
    const bounds = settings.bounds ?? (bare ? around(settings.center) : null);
    this.#settings = settings;
    this.#little = little;
    this.#things = things;
    this.#look = look;
    this.#map = new MapLibre({
      container,
      pixelRatio: settings.ratio,
      style: this.#style(),
      attributionControl: false,
      interactive: !settings.still,
      dragRotate: false,
      pitchWithRotate: false,
      // no fading; but at 0 all words would be placed anew within one frame, however many
      fadeDuration: 0.01,
      locale: {
        'NavigationControl.ZoomIn': settings.words.zoomIn,
        'NavigationControl.ZoomOut': settings.words.zoomOut,
        'Map.Title': settings.words.map,
      },
      center: settings.center,
      zoom: settings.zoom,
      // the drawing ends somewhere: the view stays inside it
      ...(bounds ? { maxBounds: bounds } : undefined),
    });
    this.#map.on('style.load', () => this.#styled());
    void this.#map.once('idle').then(() => (bare ? this.#outline() : settings.drawn()));
    if (!settings.still) this.#listen();
  }

  show(little: Partial<Little>): void {
    Object.assign(this.#little, little);
    for (const [name, value] of Object.entries(little)) {
      this.#tell(name, (source) => source.setData(value));
    }
  }

  /** Tell what changed of the things, and nothing of those that are drawn as before. */
  move(news: News): void {
    for (const [name, diff] of Object.entries(news)) {
      this.#tell(name, (source) => source.updateData(diff));
    }
  }

  #tell(name: string, how: (source: GeoJSONSource) => Promise<void>): void {
    const source = this.#map.getSource<GeoJSONSource>(name);
    if (source) void how(source);
    else this.#waiting.push(() => this.#tell(name, how));
  }

  look(theme: Theme, language: string): void {
    if (theme === this.#look.theme && language === this.#look.language) return;
    this.#look = { theme, language };
    if (this.#map.isStyleLoaded()) this.#drawImages();
    this.#map.setStyle(this.#style());
  }

  destroy(): void {
    this.#gone = true;
    this.#map.remove();
  }

  /** The outlines come after the first picture: nobody waits for them, nor lacks a map without. */
  async #outline(): Promise<void> {
    try {
      const outlines = await outlinesAt(this.#settings.center);
      if (this.#gone) return;
      const shown = this.#map.once('idle');
      this.show({ outlines });
      await shown;
    } catch (error) {
      console.warn('no outlines', error);
    }
    if (!this.#gone) this.#settings.drawn();
  }

  #style() {
    const { theme, language } = this.#look;
    const brush = { theme, language, colours: COLOURS[theme] };
    const data = { ...this.#little, ...this.#things() };
    return style(brush, this.#settings.files, data, this.#settings.base);
  }

  #styled(): void {
    this.#drawImages();
    for (const tell of this.#waiting.splice(0)) tell();
  }

  #drawImages(): void {
    drawSigns(this.#map, this.#look.theme);
    drawHatches(this.#map, COLOURS[this.#look.theme]);
    if (this.#settings.base) drawPictograms(this.#map, COLOURS[this.#look.theme]);
  }

  #listen(): void {
    const map = this.#map;
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
    map.on('mousemove', (event) => {
      const found = this.#under(event.point);
      map.getCanvas().style.cursor = found ? 'pointer' : '';
      const id = found?.properties['id'] as string | undefined;
      const kind = found?.layer.id === 'signs' ? 'row' : 'point';
      this.#settings.hover(id ? { id, kind, x: event.point.x, y: event.point.y } : null);
    });
    map.on('mouseout', () => this.#settings.hover(null));
    map.on('click', (event) => {
      const found = this.#under(event.point);
      if (!found) return;
      if (found.properties['point_count']) void this.#enter(found);
      else this.#settings.open(found.properties['id'] as string);
    });
  }

  #under(point: { x: number; y: number }) {
    const layers = PRESSED.filter((layer) => this.#map.getLayer(layer));
    const reach = 4;
    return this.#map.queryRenderedFeatures(
      [
        [point.x - reach, point.y - reach],
        [point.x + reach, point.y + reach],
      ],
      { layers },
    )[0];
  }

  async #enter(cluster: ReturnType<MapLibre['queryRenderedFeatures']>[number]): Promise<void> {
    const source = this.#map.getSource<GeoJSONSource>(cluster.source);
    if (!source || cluster.geometry.type !== 'Point') return;
    const zoom = await source.getClusterExpansionZoom(cluster.properties['cluster_id'] as number);
    this.#map.easeTo({ center: cluster.geometry.coordinates as [number, number], zoom });
  }
}
