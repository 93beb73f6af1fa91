/* A phrase of the playbook as a person reads it: choices in brackets are cut to
   their first two. The whole pattern is the tooltip. Pure. */
export function readable(phrase: string): string {
  return phrase
    .replace(/\(([^()]*)\)/gu, (_, inside: string) => {
      const choices = inside.split("|");
      return choices.length > 2 ? `${choices.slice(0, 2).join("/")}/…` : choices.join("/");
    })
    .replace(/(^\^\s*)|(\s*\$$)/gu, "")
    .replace(/(^|\s)[*?]\d*(?=\s|$)/gu, "$1…")
    .replace(/<(\w+)>/gu, "[$1]")
    .replace(/(\p{L})\*/gu, "$1…");
}
