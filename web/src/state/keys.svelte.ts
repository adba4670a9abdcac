/** Keyboard: single keys, and `g` followed by a letter. Typing in a field is never taken away. */

export type Keys = Readonly<Record<string, () => void>>;
const PAUSE = 1200;

class Keyboard {
  #layers: Keys[] = [];
  #prefix = '';
  #prefixAt = 0;

  constructor() {
    addEventListener('keydown', (event) => this.#press(event));
  }

  /** Keys of a page lie over those of the shell; returns how to take them away. */
  use(keys: Keys): () => void {
    this.#layers.push(keys);
    return () => {
      this.#layers = this.#layers.filter((one) => one !== keys);
    };
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector('dialog[open]') && event.key !== 'Escape') return;
    const since = event.timeStamp - this.#prefixAt;
    const name = this.#prefix && since < PAUSE ? `${this.#prefix} ${letter(event)}` : letter(event);
    this.#prefix = '';
    if (name === 'g') {
      this.#prefix = 'g';
      this.#prefixAt = event.timeStamp;
      return;
    }
    const found = [...this.#layers].reverse().find((keys) => keys[name]);
    if (!found || (name === 'Enter' && pressable(event.target))) return;
    event.preventDefault();
    found[name]?.();
  }
}

/** The key's place on a Latin keyboard, so that `j` works while the layout is Cyrillic. */
function letter(event: KeyboardEvent): string {
  if (event.code.startsWith('Key')) return event.code.slice(3).toLowerCase();
  if (event.key === '?') return '?';
  if (event.code === 'Slash') return event.shiftKey ? '?' : '/';
  return event.key;
}

/** In a field for text; one of a dialog that has just gone takes no more of it. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || target.closest('dialog:not([open])')) return false;
  return target.matches('input:not([type=radio], [type=checkbox]), select, textarea');
}

function pressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a');
}

export const keyboard = new Keyboard();
