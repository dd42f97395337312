import type { VirtualItem } from '@tanstack/react-virtual';

/** Where a list stood, and how high its items were. */
type Place = { readonly offset: number; readonly measurements: VirtualItem[] };

/** So many pages of the browser's history can be gone back to at their place. */
const kPlacesMax = 20;
const places = new Map<string, Place>();

/** Null when the list was never there, or too long ago. */
export const rememberedPlace = (name: string): Place | null => places.get(name) ?? null;

export function rememberPlace(name: string, place: Place): void {
  places.delete(name);
  places.set(name, place);
  const [oldest] = places.keys();
  if (places.size > kPlacesMax && oldest !== undefined) places.delete(oldest);
}
