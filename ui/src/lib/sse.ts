/* A server-sent event stream, read from bytes by hand: the browser's own
   EventSource cannot send headers, cannot be timed out, and hides the answer's
   status. Pure: feed it text, get events. */

export interface ServerEvent { id: string; event: string; data: string }

export class EventReader {
  #rest = "";
  #id = "";
  #event = "";
  #data: string[] = [];

  /* Any text counts as a sign of life, also a comment line. */
  feed(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = this.#line(line);
      if (event) found.push(event);
    }
    return found;
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") this.#id = value;
    else if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    return null;
  }

  #dispatch(): ServerEvent | null {
    if (this.#data.length === 0) {
      this.#event = "";
      return null;
    }
    const event = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
    this.#event = "";
    this.#data = [];
    return event;
  }
}
