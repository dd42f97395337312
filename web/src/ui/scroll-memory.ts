import type { VirtualItem } from '@tanstack/react-virtual';

/** The scroll position of a list, and the heights of its items. */
type Place = { readonly offset: number; readonly measurements: VirtualItem[] };

/** For how many pages the position is remembered. */
const kPlacesMax = 20;
const places = new Map<string, Place>();

/** Null when the list was never shown, or too long ago. */
export const rememberedPlace = (name: string): Place | null => places.get(name) ?? null;

export function rememberPlace(name: string, place: Place): void {
  places.delete(name);
  places.set(name, place);
  const [oldest] = places.keys();
  if (places.size > kPlacesMax && oldest !== undefined) places.delete(oldest);
}
