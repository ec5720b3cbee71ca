/** What people change themselves: a snapshot does not take it back. */
const THEIRS = new Set(['open', 'value']);

/**
 * Makes the children of `from` like those of `to`, with as few changes as can be: focus, selection, scrolling and
 * opened details stay. Children with a `data-key` are known by it, wherever they go; others by their place.
 */
export function morph(from: Node, to: Node): void {
  const keyed = new Map<string, Element>();
  for (const child of from.childNodes) {
    const key = keyOf(child);
    if (key !== undefined) keyed.set(key, child as Element);
  }
  let next: ChildNode | null = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    let match: ChildNode | null | undefined = key === undefined ? next : keyed.get(key);
    if (key === undefined)
      while (match !== null && match !== undefined && keyOf(match) !== undefined) match = match.nextSibling;
    if (match !== null && match !== undefined && alike(match, wanted)) {
      if (match === next) next = next.nextSibling;
      else from.insertBefore(match, next);
      update(match, wanted);
    } else {
      from.insertBefore(wanted, next);
    }
    if (key !== undefined) keyed.delete(key);
  }
  while (next !== null) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function keyOf(node: Node): string | undefined {
  return node instanceof HTMLElement ? node.dataset['key'] : undefined;
}

function alike(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

function update(from: Node, to: Node): void {
  if (!(from instanceof Element) || !(to instanceof Element)) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  for (const { name, value } of [...to.attributes]) {
    if (!THEIRS.has(name) || from.localName === 'button' || isHidden(from)) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !THEIRS.has(name)) from.removeAttribute(name);
  }
  morph(from, to);
}

const isHidden = (element: Element): boolean =>
  element instanceof HTMLInputElement && element.type === 'hidden';
