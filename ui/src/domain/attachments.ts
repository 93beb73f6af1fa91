/* How a file is shown. The type is the sender's claim: it picks an icon here
   and nothing else; what may be opened in place is the server's decision. */
import type { IconName } from "../parts/icon-names.ts";

interface Typed { name: string; type: string }

export const isPicture = (a: Typed): boolean => /^image\/(png|jpe?g|gif|webp)$/i.test(a.type);

const byName: [RegExp, IconName][] = [
  [/\.(zip|rar|7z|tar|gz|tgz)$/i, "file-archive"],
  [/\.(xlsx?|csv|ods|numbers)$/i, "file-spreadsheet"],
  [/\.(mp4|mov|avi|mkv|webm)$/i, "file-video"],
  [/\.(pdf|docx?|odt|rtf|txt|md|pages)$/i, "file-text"],
  [/\.(png|jpe?g|gif|webp|tiff?|psd|ai|svg|heic|raw|cr2|dng)$/i, "image"],
  [/\.(eml|msg)$/i, "mail"],
];

export function attachmentIcon(a: Typed): IconName {
  if (/^image\//i.test(a.type)) return "image";
  if (/^video\//i.test(a.type)) return "file-video";
  if (/^message\//i.test(a.type)) return "mail";
  return byName.find(([pattern]) => pattern.test(a.name))?.[1] ?? "file";
}
