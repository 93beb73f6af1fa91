/* Settings of the agency that the list and the composer need. */
import { agencyShape } from "../domain/client-types.ts";
import { bool, list, num, obj, opt, or, str, type Of } from "../domain/shape.ts";
import { get } from "../lib/fetch.ts";

const brandMark = obj({ id: num, name: str, colour: opt(str), active: or(bool, true) });
type BrandMark = Of<typeof brandMark>;
const brandsShape = obj({ brands: or(list(brandMark), []) });

class Desk {
  undoMs = $state(10_000);
  /* only where there are several does a brand say anything */
  brands = $state.raw<BrandMark[]>([]);

  brand(id: number): BrandMark | null {
    return this.brands.length > 1 ? (this.brands.find((b) => b.id === id) ?? null) : null;
  }

  async loadBrands(): Promise<void> {
    this.brands = (await get("/api/settings/brands", brandsShape, { background: true })).brands;
  }

  async load(): Promise<void> {
    const agency = await get("/api/settings/agency", agencyShape, { background: true });
    this.undoMs = agency.undo_seconds * 1000;
  }
}

export const desk = new Desk();
