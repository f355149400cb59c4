// Text of the input: always text nodes, never markup. What stands between backticks is code.
import type { Place } from "./island";

export function Words({ text }: { text: string }) {
  const parts = text.split("`");
  // An odd backtick is no pair.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</>;
}

export const written = (place: Place) => (place.line > 0 ? `${place.file}:${place.line}` : place.file);

export function PlaceText({ place }: { place: Place }) {
  return <span class="place">{written(place)}</span>;
}

export const many = (count: number, word: string) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

/** `10,000`. */
export const number = (count: number) => count.toLocaleString("en-US");

/** A severity or certainty as a badge whose word says all. */
export function Badge({ kind, children }: { kind: string; children: preact.ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}
