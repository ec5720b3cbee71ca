import type { CallNode } from './call-tree.js';

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 20;
/** Frames narrower than this share of the width are not drawn. */
const NARROWEST = 0.002;
const WIDTH = 1_000;
const DEEPEST = 60;

/**
 * A flamegraph, root at the top. Pointer: press a frame to make it the whole. Keyboard: arrows go to the caller, the
 * first call and the neighbours, Enter zooms, Escape goes back.
 */
export function flamegraph(
  root: CallNode,
  format: (value: number) => string,
  onPick: (text: string) => void,
): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.classList.add('flame');
  svg.setAttribute('role', 'group');
  svg.setAttribute(
    'aria-label',
    'Flamegraph. Arrow keys move between frames, Enter zooms in, Escape goes back.',
  );
  let zoomed = root;
  const parents = new Map<CallNode, CallNode>();
  const frames = new Map<CallNode, SVGGElement>();
  const link = (node: CallNode): void =>
    node.children.forEach((child) => (parents.set(child, node), link(child)));
  link(root);

  const describe = ({ name, place, total, self }: CallNode): string =>
    `${name}${place === '' ? '' : ` ${place}`}: ${format(total)} (${((total / (root.total || 1)) * 100).toFixed(1)} %), itself ${format(self)}`;

  const focus = (node: CallNode | undefined): void => {
    const frame = node === undefined ? undefined : frames.get(node);
    if (node === undefined || frame === undefined) return;
    for (const other of frames.values()) other.setAttribute('tabindex', '-1');
    frame.setAttribute('tabindex', '0');
    frame.focus();
    onPick(describe(node));
  };
  const zoom = (node: CallNode): void => {
    zoomed = node;
    draw();
    focus(node);
  };

  const onKey = (event: KeyboardEvent, node: CallNode): void => {
    const parent = parents.get(node);
    const beside = (step: number): CallNode | undefined =>
      parent?.children.filter((one) => frames.has(one))[
        parent.children.filter((one) => frames.has(one)).indexOf(node) + step
      ];
    const moves: Record<string, () => void> = {
      ArrowUp: () => focus(parent),
      ArrowDown: () => focus(node.children.find((one) => frames.has(one))),
      ArrowLeft: () => focus(beside(-1)),
      ArrowRight: () => focus(beside(1)),
      Enter: () => zoom(node),
      ' ': () => zoom(node),
      Escape: () => zoom(parents.get(zoomed) ?? root),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };

  const frame = (node: CallNode, x: number, depth: number, width: number): void => {
    const group = document.createElementNS(SVG, 'g');
    frames.set(node, group);
    group.setAttribute('role', 'button');
    group.setAttribute('tabindex', node === zoomed ? '0' : '-1');
    group.setAttribute('aria-label', describe(node));
    const rect = document.createElementNS(SVG, 'rect');
    rect.setAttribute('x', x.toFixed(2));
    rect.setAttribute('y', String(depth * ROW));
    rect.setAttribute('width', Math.max(0.5, width - 0.8).toFixed(2));
    rect.setAttribute('height', String(ROW - 1.5));
    rect.setAttribute('rx', '2');
    rect.setAttribute('class', `flame-${tone(node)}`);
    const title = document.createElementNS(SVG, 'title');
    title.textContent = describe(node);
    group.append(title, rect);
    const fitting = Math.floor((width - 8) / 6.6);
    if (fitting >= 3) {
      const text = document.createElementNS(SVG, 'text');
      text.setAttribute('x', (x + 4).toFixed(2));
      text.setAttribute('y', String(depth * ROW + 13.5));
      text.textContent = node.name.length > fitting ? `${node.name.slice(0, fitting - 1)}…` : node.name;
      group.append(text);
    }
    group.addEventListener('click', () => zoom(node));
    group.addEventListener('mouseenter', () => onPick(describe(node)));
    group.addEventListener('keydown', (event) => onKey(event, node));
    svg.append(group);
  };

  const draw = (): void => {
    svg.replaceChildren();
    frames.clear();
    const above: CallNode[] = [];
    for (let node = parents.get(zoomed); node !== undefined; node = parents.get(node)) above.unshift(node);
    above.forEach((node, depth) => frame(node, 0, depth, WIDTH));
    let deepest = above.length;
    const place = (node: CallNode, x: number, depth: number): void => {
      // The whole is drawn even when nothing was sampled.
      const width = node === zoomed ? WIDTH : (node.total / (zoomed.total || 1)) * WIDTH;
      if (width < WIDTH * NARROWEST || depth > DEEPEST) return;
      deepest = Math.max(deepest, depth);
      frame(node, x, depth, width);
      let at = x;
      for (const child of node.children) {
        place(child, at, depth + 1);
        at += (child.total / (zoomed.total || 1)) * WIDTH;
      }
    };
    place(zoomed, 0, above.length);
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${(deepest + 1) * ROW}`);
  };
  draw();
  return svg;
}

/** Whose code it is: the program's, a package's, Node's or the engine's. */
function tone({ name, place }: CallNode): string {
  if (name.startsWith('(')) return 'engine';
  if (place.includes('node:')) return 'node';
  return place === '' ? 'engine' : 'code';
}
