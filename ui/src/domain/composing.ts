/* Small checks before something leaves the house. Pure. */

const fileWords = /\b(attach(ed|ment|ing)?|enclosed|im anhang|anbei|angehängt|pièce jointe|ci-joint|adjunto|in allegato|bijlage)\b/iu;

export function mentionsFile(text: string): boolean {
  return fileWords.test(text.replace(/^>.*$/gmu, ""));
}
