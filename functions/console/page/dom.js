/**
 * Builds elements. Text becomes text nodes, never markup: what a mail says cannot become part of the page.
 * @param {string} tag `div`, or with classes `div.card.wide`
 * @param {Record<string, unknown>} [attributes] `on…` are listeners; `undefined` and `false` leave an attribute out
 * @param {...(Node | string | number | undefined | false | null)} children
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children.flat().filter(isShown).map(toNode));
  return element;
}

function setAttribute(element, key, value) {
  if (value === undefined || value === false || value === null) return;
  if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
  else element.setAttribute(key, value === true ? '' : String(value));
}

const isShown = (child) => child !== undefined && child !== null && child !== false && child !== '';
const toNode = (child) => (child instanceof Node ? child : document.createTextNode(String(child)));

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A line icon of 24 by 24, hidden from screen readers. */
export function icon(...paths) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(svgNamespace, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/**
 * Shows new content in a place only when what it says has changed, and keeps focus and scrolling where they were.
 * @param {HTMLElement} place
 * @param {unknown} content JSON of what is shown, compared with the last
 * @param {() => Node[]} build
 */
export function show(place, content, build) {
  const mark = JSON.stringify(content);
  if (place.dataset.mark === mark) return;
  const focusKey = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const open = new Set([...place.querySelectorAll('details[open][data-key]')].map((one) => one.dataset.key));
  const top = place.scrollTop;
  place.replaceChildren(...build());
  place.dataset.mark = mark;
  for (const one of place.querySelectorAll('details[data-key]')) if (open.has(one.dataset.key)) one.open = true;
  if (focusKey !== undefined) place.querySelector(`[data-key="${CSS.escape(focusKey)}"]`)?.focus();
  place.scrollTop = top;
}

/** Says something to screen readers. */
export function announce(text) {
  const place = document.getElementById('announce');
  if (place) place.textContent = text;
}

/** A button that copies a text. */
export function copyButton(text, label = 'Copy') {
  const button = el('button.quiet', { type: 'button' }, label);
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text).catch(() => undefined);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
  return button;
}
