// What lies under a point of the map, and moving and zooming over it.
import type { MapPlace } from "../selection";
import { type View, signBox } from "./draw";
import type { Box, Scene } from "./scene";

export const toScene = (view: View, x: number, y: number) => ({ x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom });

const within = (box: { x: number; y: number; w: number; h: number }, x: number, y: number) =>
  box.x <= x && x <= box.x + box.w && box.y <= y && y <= box.y + box.h;

/** The innermost thing at a point of the map; borders lie above all else. */
export function hit(scene: Scene, x: number, y: number): { place: MapPlace } | undefined {
  const sign = scene.signs.findLast((sign) => within(signBox(sign, scene.scale), x, y));
  if (sign) return sign;
  let found: Box | undefined;
  let level = scene.frames;
  for (let inner = level.find((box) => within(box, x, y)); inner; inner = level.find((box) => within(box, x, y))) {
    found = inner;
    level = inner.children;
  }
  while (found && !found.place) found = found.parent;
  return found?.place ? { place: found.place } : undefined;
}

/** The view that shows all of the map. */
export function fit(scene: Scene, width: number, height: number): View {
  const zoom = Math.min(1.6, (width - 32) / scene.w, (height - 32) / scene.h);
  return { zoom, x: (width - scene.w * zoom) / 2, y: (height - scene.h * zoom) / 2 };
}

/** The view nearer or farther by a factor, with a point of the screen kept where it is. */
export function zoomed(view: View, by: number, x: number, y: number): View {
  const zoom = Math.min(12, Math.max(0.05, view.zoom * by));
  const scale = zoom / view.zoom;
  return { zoom, x: x - (x - view.x) * scale, y: y - (y - view.y) * scale };
}

/** The next thing for an arrow key: right and left among neighbours, down into a thing, up out of it. */
export function step(scene: Scene, from: MapPlace | undefined, key: string): { place: MapPlace } | undefined {
  const named = (boxes: Box[]) => boxes.flatMap((box) => (box.place ? [{ place: box.place }] : []));
  const top = [...named(scene.frames), ...scene.signs];
  const is = (one: { place: MapPlace }) => one.place.kind === from?.kind && one.place.at === from.at;
  const box = scene.boxes.find((box) => box.place && is({ place: box.place }));
  if (!from || (!box && !top.some(is))) return top[0];
  if (key === "ArrowDown") return box ? named(box.children)[0] : undefined;
  if (key === "ArrowUp") return box?.parent?.place ? { place: box.parent.place } : undefined;
  const row = box?.parent ? named(box.parent.children) : top;
  const at = row.findIndex(is) + (key === "ArrowRight" ? 1 : -1);
  return row[at];
}
