/* For {@attach}: an element that takes the keyboard when it appears. (The
   autofocus attribute does so only while nothing else has it.) */
export function takeFocus(element: HTMLElement): void {
  element.focus();
}

/* From the composer back to what was said: single keys work again. */
export function toMessages(): void {
  document.querySelector<HTMLElement>(".conv-s")?.focus();
}
