/* For {@attach}: an element that takes the keyboard when it appears. (The
   autofocus attribute does so only while nothing else has it.) */
export function takeFocus(element: HTMLElement): void {
  element.focus();
}

/* From the composer back to what was said: single keys work again. */
export function toMessages(): void {
  document.querySelector<HTMLElement>(".conv-s")?.focus();
}

/* A sheet of paper with these lines, and nothing of the page around it. */
export function printLines(title: string, lines: string[]): void {
  const sheet = document.createElement("section");
  sheet.className = "sheet";
  const head = document.createElement("h1");
  head.textContent = title;
  sheet.append(head, ...lines.map((line) => {
    const p = document.createElement("p");
    p.textContent = line;
    return p;
  }));
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
  print();
}
