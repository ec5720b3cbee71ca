import type { Html } from '../src/view/html.js';
import { morph } from './morph.js';

const painted = new Map<string, string>();

/** Brings the places of the page to what the panels say. One that says the same again is not touched. */
export function paint(panels: Readonly<Record<string, Html | null>>): void {
  for (const [id, panel] of Object.entries(panels)) {
    const text = panel?.text ?? '';
    if (painted.get(id) === text) continue;
    painted.set(id, text);
    const place = document.getElementById(id);
    if (place === null) continue;
    place.hidden = panel === null;
    const template = document.createElement('template');
    template.innerHTML = text;
    morph(place, template.content);
  }
}
