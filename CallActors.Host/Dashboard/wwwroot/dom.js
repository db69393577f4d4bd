// The page is built of text and elements, never of HTML: what callers say of themselves is in it.

export const at = id => document.getElementById(id);

/** An element. Attributes that are null or false are left out; children are nodes or texts. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }

  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** Writes a text where it is another one: what does not change is not read out again, and a selection stays. */
export function tell(element, text) {
  const told = String(text);
  if (element.textContent !== told) element.textContent = told;
}

/** A word with a dot in the colour of its tone: good, warn, bad or idle. */
export function tone(element, text, which) {
  element.classList.add('word');
  if (element.dataset.tone !== which) element.dataset.tone = which;
  tell(element, text);
}

/**
 * Makes the children of a list those of these items, in their order. Elements whose item stays are kept and only updated, with the focus that may be in them.
 */
export function reconcile(parent, items, keyOf, make, update) {
  const there = new Map([...parent.children].map(child => [child.dataset.key, child]));

  // First, so that those that stay need not be put anywhere: an element that is moved loses its focus.
  const keys = new Set(items.map(item => String(keyOf(item))));
  for (const [key, child] of there) if (!keys.has(key)) child.remove();
  let before = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = there.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }

    update(child, item);
    if (child === before) before = before.nextElementSibling;
    else parent.insertBefore(child, before);
  }
}
