/* The words that were searched for, in the thread that is read: marked where
   they stand and walked through one after the other. The marks are the
   browser's own (highlights over ranges): the messages are not touched. */
import { findAll } from "../domain/search-words.ts";

const NAME = "found";
const HERE = "found-here";
const MOST = 500;

class Found {
  count = $state(0);
  at = $state(-1);
  #ranges: Range[] = [];

  mark(box: HTMLElement, words: string[]): void {
    this.#ranges = words.length === 0 ? [] : ranges(box, words);
    this.count = this.#ranges.length;
    this.at = this.count > 0 ? Math.min(Math.max(this.at, 0), this.count - 1) : -1;
    this.#paint();
  }

  clear(): void {
    this.#ranges = [];
    this.count = 0;
    this.at = -1;
    this.#paint();
  }

  step(by: 1 | -1): void {
    if (this.count === 0) return;
    this.at = (this.at + by + this.count) % this.count;
    this.#paint();
    const range = this.#ranges[this.at];
    range?.startContainer.parentElement?.scrollIntoView({ block: "center" });
  }

  #paint(): void {
    if (!("highlights" in CSS)) return;
    CSS.highlights.set(NAME, new Highlight(...this.#ranges));
    const here = this.#ranges[this.at];
    CSS.highlights.set(HERE, here ? new Highlight(here) : new Highlight());
  }
}

function ranges(box: HTMLElement, words: string[]): Range[] {
  const found: Range[] = [];
  for (const part of box.querySelectorAll<HTMLElement>(".msg-b")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.length < MOST; node = walker.nextNode()) {
      for (const { start, end } of findAll(node.textContent ?? "", words)) {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, end);
        found.push(range);
      }
    }
  }
  return found;
}

export const found = new Found();
