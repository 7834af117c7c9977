/* global document, getComputedStyle */
// Runs in the page.

/** The tests behind each finding; data of figures are tables like the others. */
export function openTests() {
  for (const details of document.querySelectorAll('details.tests')) details.open = true;
}

/** Width of page and window, and the visible texts of each figure that leave it or lie on another. */
export function layoutOf() {
  const faults = [];
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')]
      .filter((text) => text.textContent.trim() !== '' && text.getAttribute('opacity') !== '0')
      .map((text) => ({ name: text.textContent, box: text.getBoundingClientRect() }));
    for (const [i, { name, box }] of texts.entries()) {
      const place = `${svg.closest('figure').id}: ${name}`;
      const left = Math.min(box.left - frame.left, frame.right - box.right);
      const up = Math.min(box.top - frame.top, frame.bottom - box.bottom);
      if (left < -1 || up < -1) faults.push(`${place} is cut off`);
      for (const other of texts.slice(0, i)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > 3) faults.push(`${place} lies on ${other.name}`);
      }
    }
  }
  const { clientWidth, scrollWidth } = document.documentElement;
  return { windowWidth: clientWidth, pageWidth: scrollWidth, faults };
}

/** Visible boxes whose content is wider than they are. */
export function cutBoxes() {
  return [...document.querySelectorAll('.scroll, pre')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.getClientRects().length > 0)
    .map((box) => box.getAttribute('aria-label') ?? box.textContent);
}

/** Which of the visible elements that a selector names has the keyboard's focus, and how thick the line around it is. */
export function focused(selector) {
  const visible = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const element = document.activeElement;
  return {
    index: visible.indexOf(element),
    of: visible.length,
    outline: getComputedStyle(element).outlineWidth,
  };
}
