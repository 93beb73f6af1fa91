/* Brands: names, looks and hours that the agency has besides its own (doc/api.md). */
import { calendarShape } from "./client-types.ts";
import { bool, list, num, obj, opt, or, str, type Of } from "./shape.ts";

export const brandShape = obj({
  id: num, name: str, from_name: or(str, ""), signature: or(str, ""), footer: or(str, ""), colour: opt(str), calendar: opt(calendarShape), position: or(num, 0), active: or(bool, true),
});
export type Brand = Of<typeof brandShape>;
export const brandsShape = obj({ seq: or(num, 0), brands: list(brandShape) });
export const brandAnswerShape = obj({ brand: brandShape });

export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

const channel = (hex: string, at: number): number => {
  const c = parseInt(hex.slice(at, at + 2), 16) / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

/* Black or white, whichever is read better on it: one of them always is. */
export function inkOn(hex: string): string {
  const light = 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
  return light > 0.179 ? "#000000" : "#ffffff";
}

/* Offered, not required: told apart in both themes. */
export const colours = ["#2f6f8f", "#41945e", "#cf811a", "#b4598f", "#4476b7", "#be2a27", "#6b6f2a", "#5f5aa2"] as const;
